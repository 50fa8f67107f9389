import type { Interval } from '@switchyard/evidence';

/** One value of one exposure, drawn into an arm. */
export interface Observed {
  canary: boolean;
  /** The chance with which it was to become one of the candidate, above 0 and below 1. */
  share: number;
  value: number;
}

export type GuardrailVerdict = 'waiting' | 'watching' | 'held' | 'no_worse' | 'harm';

export interface ArmFinding {
  exposures: number;
  /** 0 of none. */
  mean: number;
}

/** What a guardrail has found so far. */
export interface Finding {
  candidate: ArmFinding;
  baseline: ArmFinding;
  /** Of candidate less baseline, at all moments together. */
  interval?: Interval;
  verdict: GuardrailVerdict;
  note: string;
  /** Exposures of the candidate until more can be said; absent where nothing can be foreseen. */
  moreExposures?: number;
}

/** A guardrail's test: it takes exposures one by one, in their order, and what it found to be harm stays. */
export interface GuardrailTest {
  add(observed: Observed): void;
  finding(): Finding;
}

/** More is no forecast. */
const FORESEEN = 1_000_000;

/** Exposures until evidence that grows as it did so far is enough. @param part how far it has come, of 1 */
export function moreUntil(exposures: number, part: number): { moreExposures?: number } {
  const more = Math.max(1, Math.ceil(exposures / part - exposures));
  return exposures > 0 && part > 0 && part < 1 && more <= FORESEEN ? { moreExposures: more } : {};
}
