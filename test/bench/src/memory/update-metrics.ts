import { rankOf, type Ranking } from './recall-metrics.js';

export interface UpdateOutcome {
  /** The value of now is in the answer. */
  found: boolean;
  /** It stands above every earlier one; an earlier one that is not in the answer counts as below. */
  currentFirst: boolean;
  /** An earlier value stands above it, or alone. */
  staleFirst: boolean;
  /** Both are in the answer: only these say how they are ordered. */
  both: boolean;
}

export interface UpdateFigures {
  questions: number;
  found: number;
  currentAboveSuperseded: number;
  staleFirst: number;
  both: number;
  /** Of those of which both are in the answer. */
  currentFirstOfBoth: number;
}

/** Where the value of now and those before it stand. A turn that says both is taken for one of now. */
export function updateOutcome(
  ranking: Ranking,
  { current, superseded }: { current: readonly string[]; superseded: readonly string[] },
): UpdateOutcome {
  const now = rankOf(ranking, current);
  const before = rankOf(
    ranking,
    superseded.filter((turn) => !current.includes(turn)),
  );
  return {
    found: now !== undefined,
    currentFirst: now !== undefined && (before === undefined || now < before),
    staleFirst: before !== undefined && (now === undefined || before < now),
    both: now !== undefined && before !== undefined,
  };
}

/** Shares of the questions. NaN of none. */
export function updateFigures(outcomes: readonly UpdateOutcome[]): UpdateFigures {
  const share = (of: keyof UpdateOutcome): number => outcomes.filter((outcome) => outcome[of]).length / outcomes.length;
  const pairs = outcomes.filter(({ both }) => both);
  return {
    questions: outcomes.length,
    found: share('found'),
    currentAboveSuperseded: share('currentFirst'),
    staleFirst: share('staleFirst'),
    both: share('both'),
    currentFirstOfBoth: pairs.filter(({ currentFirst }) => currentFirst).length / pairs.length,
  };
}
