import { contentAddress, type JsonObject } from '@switchyard/contracts';
import type { RecordedAnswer } from './answer-record.js';

/** A call that was asked for, as far as answers are matched with it. */
export interface AskedCall {
  tool: string;
  /** As of `argumentsKey`. */
  key: string;
}

/** One text for equal arguments: neither the order of members nor the spelling of numbers (1, 1.0) makes a difference. */
export function argumentsKey(value: JsonObject): string {
  return contentAddress(value);
}

/**
 * The place of the answer that each call gets; undefined where none is left that fits. An answer is given once, to the first call
 * of its tool with its arguments; of several that fit, the first that is left. What an earlier call got never depends on later
 * ones: asked again with the calls so far, each call gets the same answer, whoever asks. Pure.
 */
export function matchCalls(answers: readonly RecordedAnswer[], calls: readonly AskedCall[]): (number | undefined)[] {
  const places = indexOf(answers);
  // Where in each list the first answer stands that may be left.
  const next = new Map<readonly number[], number>();
  const head = (list: readonly number[]): number | undefined => list[next.get(list) ?? 0];
  return calls.map(({ tool, key }) => {
    const lists = [places.get(placeKey(tool, key)), places.get(placeKey(tool))].filter((list) => list !== undefined);
    const [first] = lists
      .flatMap((list) => {
        const place = head(list);
        return place === undefined ? [] : [{ list, place }];
      })
      .sort((a, b) => a.place - b.place);
    if (!first) return undefined;
    if (answers[first.place]?.repeatable !== true) next.set(first.list, (next.get(first.list) ?? 0) + 1);
    return first.place;
  });
}

/** Made once for the answers of a run: they are matched again at each of its turns. */
const indexes = new WeakMap<readonly RecordedAnswer[], ReadonlyMap<string, readonly number[]>>();

function indexOf(answers: readonly RecordedAnswer[]): ReadonlyMap<string, readonly number[]> {
  const known = indexes.get(answers);
  if (known) return known;
  const index = new Map<string, number[]>();
  answers.forEach((answer, place) => {
    const key = placeKey(answer.tool, answer.arguments && argumentsKey(answer.arguments));
    const list = index.get(key);
    if (list) list.push(place);
    else index.set(key, [place]);
  });
  indexes.set(answers, index);
  return index;
}

/** No tool's name has a blank. */
function placeKey(tool: string, key = 'any'): string {
  return `${tool} ${key}`;
}
