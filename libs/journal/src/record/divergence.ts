import { canonicalJson, type JsonObject, type JsonValue } from '@switchyard/contracts';
import type { RecordedAnswer } from './answer-record.js';

/** A place at which the arguments of a call are not the recorded ones; absent on the side that lacks it. */
export interface ArgumentDifference {
  /** Members joined by dots, places in brackets: "address.lines[0]". */
  path: string;
  recorded?: string;
  called?: string;
}

/** The recorded call of the same tool that a call without an answer is most like. */
export interface NearestCall {
  answer: RecordedAnswer;
  /** The call is the same, and its answer was given already. */
  used: boolean;
  /** The first ones, in the order of their paths. */
  differences: ArgumentDifference[];
}

/** Places that are told, and characters of a value: enough to see what is different, in a message that stays readable. */
const MAX_DIFFERENCES = 10;
const MAX_VALUE = 200;
/** Recorded calls that are looked at. */
const MAX_COMPARED = 500;

/**
 * Undefined where no call of the tool is recorded. Those whose answers are left come before those that are used, and of each the
 * one with the fewest differences, the first in order. Pure.
 */
export function nearestCall(
  answers: readonly RecordedAnswer[],
  used: ReadonlySet<number>,
  call: { tool: string; arguments: JsonObject },
): NearestCall | undefined {
  const candidates = answers
    .map((answer, place) => ({ answer, used: used.has(place) }))
    .filter(({ answer }) => answer.tool === call.tool)
    .sort((a, b) => Number(a.used) - Number(b.used))
    .slice(0, MAX_COMPARED)
    .map((candidate) => ({ ...candidate, all: differences(candidate.answer.arguments ?? {}, call.arguments, '') }));
  const fewest = Math.min(...candidates.map(({ all, used: isUsed }) => rank(all, isUsed)));
  const nearest = candidates.find(({ all, used: isUsed }) => rank(all, isUsed) === fewest);
  return nearest && { answer: nearest.answer, used: nearest.used, differences: nearest.all.slice(0, MAX_DIFFERENCES) };
}

/** An exact match that is used up says more than one that is left and differs. */
function rank(all: readonly ArgumentDifference[], used: boolean): number {
  return all.length === 0 ? 0 : all.length + (used ? 0.5 : 0);
}

function differences(
  recorded: JsonValue | undefined,
  called: JsonValue | undefined,
  path: string,
): ArgumentDifference[] {
  if (recorded !== undefined && called !== undefined) {
    if (Array.isArray(recorded) && Array.isArray(called)) {
      const length = Math.max(recorded.length, called.length);
      return Array.from({ length }, (_, at) => differences(recorded[at], called[at], `${path}[${at}]`)).flat();
    }
    if (isObject(recorded) && isObject(called)) {
      const names = [...new Set([...Object.keys(recorded), ...Object.keys(called)])].sort();
      return names.flatMap((name) => differences(recorded[name], called[name], path === '' ? name : `${path}.${name}`));
    }
    if (canonicalJson(recorded) === canonicalJson(called)) return [];
  }
  return [
    {
      path,
      ...(recorded === undefined ? {} : { recorded: shown(recorded) }),
      ...(called === undefined ? {} : { called: shown(called) }),
    },
  ];
}

function shown(value: JsonValue): string {
  const text = canonicalJson(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
