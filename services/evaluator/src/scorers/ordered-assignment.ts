import { bestAssignment } from './best-assignment.js';

/** What is to be paired: expected steps with calls that were made, in the order in which they were made. */
export interface OrderedPairs {
  steps: number;
  calls: number;
  /** For each step, those that must come before it. */
  after: readonly (readonly number[])[];
  /** Of a pair, 0 or more; what a pair is worth whose step came too early is this times `early`. */
  worth(step: number, call: number): number;
  early: number;
}

/**
 * Pairs steps with calls so that they are worth as much as can be, where a step that was made before one that it must
 * follow (or without it) is worth less. Without such an order this is the Hungarian method's. With it, every set of steps
 * that can have been made after a call is carried along, with the best way to it: exact for twelve steps
 * and forty calls, and for more steps that wait for one another. Beyond, the best sets are carried along.
 *
 * @returns for each step its call, or undefined
 */
export function orderedAssignment(pairs: OrderedPairs): (number | undefined)[] {
  const free = bestAssignment(pairs.steps, pairs.calls, pairs.worth);
  if (pairs.after.every((before) => before.length === 0)) return free;
  const ordered = bestInOrder(pairs);
  return totalWorth(ordered, pairs) >= totalWorth(free, pairs) ? ordered : free;
}

/** Whether all that must come before a step were made before its call. */
export function isInOrder(step: number, partner: readonly (number | undefined)[], after: readonly number[]): boolean {
  const own = partner[step];
  return own !== undefined && after.every((before) => (partner[before] ?? Infinity) < own);
}

/** Sets of steps that are carried along at most and at least, and steps that are tried in all: a second's work. */
const WIDTH = 4_096;
const LEAST_WIDTH = 16;
const WORK = 2_000_000;

interface State {
  /** Steps made so far, a bit each. */
  made: bigint;
  worth: number;
  last: { step: number; call: number; before: State['last'] } | undefined;
}

function bestInOrder(pairs: OrderedPairs): (number | undefined)[] {
  const { steps, calls, after, worth, early } = pairs;
  const needs = after.map((before) => before.reduce((bits, step) => bits | (1n << BigInt(step)), 0n));
  const width = Math.max(LEAST_WIDTH, Math.min(WIDTH, Math.floor(WORK / (calls * steps + 1))));
  let states = new Map<bigint, State>([[0n, { made: 0n, worth: 0, last: undefined }]]);
  for (let call = 0; call < calls; call += 1) {
    const next = new Map(states);
    for (let step = 0; step < steps; step += 1) {
      const whole = worth(step, call);
      if (whole <= 0) continue;
      const bit = 1n << BigInt(step);
      const need = needs[step] ?? 0n;
      for (const state of states.values()) {
        if ((state.made & bit) !== 0n) continue;
        const made = state.made | bit;
        const total = state.worth + ((state.made & need) === need ? whole : whole * early);
        const known = next.get(made);
        if (known === undefined || total > known.worth) {
          next.set(made, { made, worth: total, last: { step, call, before: state.last } });
        }
      }
    }
    states = next.size > width ? best(next, width) : next;
  }
  return trace(
    [...states.values()].reduce((one, other) => (other.worth > one.worth ? other : one)),
    steps,
  );
}

function best(states: ReadonlyMap<bigint, State>, width: number): Map<bigint, State> {
  const kept = [...states.values()].sort((one, other) => other.worth - one.worth).slice(0, width);
  return new Map(kept.map((state) => [state.made, state]));
}

function trace(state: State, steps: number): (number | undefined)[] {
  const partner: (number | undefined)[] = Array.from({ length: steps }, () => undefined);
  for (let pair = state.last; pair !== undefined; pair = pair.before) partner[pair.step] = pair.call;
  return partner;
}

function totalWorth(partner: readonly (number | undefined)[], { after, worth, early }: OrderedPairs): number {
  return partner.reduce<number>((sum, call, step) => {
    if (call === undefined) return sum;
    return sum + worth(step, call) * (isInOrder(step, partner, after[step] ?? []) ? 1 : early);
  }, 0);
}
