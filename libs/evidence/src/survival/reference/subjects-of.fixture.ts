import type { Subject } from '../subject.js';

/** A table as reference.R writes it: a column a name. */
export interface Table {
  readonly exit: readonly number[];
  readonly entry?: readonly number[];
  readonly ended?: readonly number[];
  readonly cause?: readonly string[];
  readonly cluster?: readonly number[];
}

export function subjectsOf({ exit, entry, ended, cause, cluster }: Table): Subject[] {
  return exit.map((time, i) => {
    const subject: Subject = { exit: time };
    const from = entry?.[i];
    const named = cause?.[i];
    const of = cluster?.[i];
    if (from !== undefined) subject.entry = from;
    if (ended?.[i] === 1) subject.cause = 'end';
    if (named !== undefined && named !== 'censor') subject.cause = named;
    if (of !== undefined) subject.cluster = String(of);
    return subject;
  });
}

/** The largest distance of values from R's, relative where they are above 1. R's NA must be met by undefined. */
export function distance(values: readonly (number | undefined)[], published: readonly (number | null)[]): number {
  if (values.length !== published.length) return Infinity;
  return Math.max(
    ...values.map((value, i) => {
      const expected = published[i] ?? undefined;
      if (value === undefined || expected === undefined) return value === expected ? 0 : Infinity;
      return Math.abs(value - expected) / Math.max(1, Math.abs(expected));
    }),
  );
}

/** What R's values are written down to, and a thousandth of what is asked for. */
export const EXACT = 1e-9;
