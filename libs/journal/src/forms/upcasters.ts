import type { JsonObject } from '@switchyard/contracts';

/** Makes an entry of one form what it would be in the next: its wire form in, its wire form out. Pure. */
export type Upcaster = (entry: JsonObject) => JsonObject;

/** By the form that an entry has, then by the name of its body (`run_parked`). What is not named here is the same in both forms. */
export type Upcasters = Readonly<Record<number, Readonly<Record<string, Upcaster>>>>;

/**
 * The second form added fields that the first one lacks, each with a meaning where it is absent, and changed none: there is
 * nothing to do.
 */
export const UPCASTERS: Upcasters = {};

/** An entry in the form `to`, by all the steps from its own. The entry given is not changed. */
export function upcast(entry: JsonObject, from: number, to: number, upcasters: Upcasters = UPCASTERS): JsonObject {
  let current = entry;
  for (let form = from; form < to; form += 1) {
    const steps = upcasters[form] ?? {};
    const body = Object.keys(steps).find((name) => current[name] !== undefined);
    const step = body === undefined ? undefined : steps[body];
    if (step) current = step(current);
  }
  return { ...current, version: to };
}
