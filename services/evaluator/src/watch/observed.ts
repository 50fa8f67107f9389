import type { JsonObject, JsonValue } from '@switchyard/contracts';

/** What one turn of a watch found, as it is kept. */
export interface Observed {
  /**
   * All of the configurations that is known to have changed where it differs: versions of agent, profile and platform, and the model as answered. What
   * is measured under another one is measured anew.
   */
  key: string;
  /** Input tokens by case of the probe. */
  tokens: Record<string, number>;
  /** What the answers hash to, by case of the probe. */
  answers: Record<string, string>;
  /** Of the probe's model turns, in milliseconds. */
  durations: number[];
  /** Of the suite: scores from 0 to 1, summed up. */
  scores: { sum: number; count: number };
}

export interface ObservedTurn extends Observed {
  number: number;
  at: Date;
}

/** From the store, where this system wrote it. */
export function readObserved(stored: JsonObject): Observed {
  const { key, tokens, answers, durations, scores } = stored;
  return {
    key: typeof key === 'string' ? key : '',
    tokens: membersOf(tokens, isNumber),
    answers: membersOf(answers, isText),
    durations: Array.isArray(durations) ? durations.filter(isNumber) : [],
    scores: { sum: 0, count: 0, ...membersOf(scores, isNumber) },
  };
}

export function storedObserved({ key, tokens, answers, durations, scores }: Observed): JsonObject {
  return { key, tokens, answers, durations, scores };
}

function membersOf<T extends JsonValue>(value: JsonValue | undefined, is: (item: JsonValue) => item is T) {
  const members: Record<string, T> = {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    for (const [name, item] of Object.entries(value)) if (is(item)) members[name] = item;
  return members;
}

function isNumber(value: JsonValue): value is number {
  return typeof value === 'number';
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}
