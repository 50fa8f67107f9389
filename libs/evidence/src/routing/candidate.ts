import { faded, shrunk, type Average } from './average.js';
import { easeOf } from './ease.js';
import { memoryOfAll, named, NO_RECORD, type RoutingState } from './state.js';

export const HEALTHS = ['fit', 'recovering', 'open', 'failing'] as const;
/** As the router sees it now: `open` is one whose circuit is, `recovering` one that failed lately and is tried again. */
export type CandidateHealth = (typeof HEALTHS)[number];

/** A backend with an agent version and its parameters: what a task may be given to. */
export interface Candidate {
  backend: string;
  health: CandidateHealth;
  /** Tokens; 0 where unknown, which rules nothing out. */
  contextWindow: number;
  /** A certificate in force says that it is no worse. */
  certified: boolean;
  /** By its prices, for a task as this one; used until runs tell better. Without it a new backend is taken to
   * cost nothing, also where there is a budget. */
  estimatedCost?: number;
  /** What suites said of it before it had runs: as so many runs of that mean quality. */
  prior?: { quality: number; runs: number };
  /** Why it does not suit, where the router knows: a capability, a price. */
  lacks?: readonly string[];
}

/** What is believed of a candidate for a class of tasks. */
export interface Belief {
  quality: { mean: number; deviation: number; runs: number };
  /** Undefined where neither runs nor prices tell. */
  cost: number | undefined;
  latencyMs: number | undefined;
  failureRate: number | undefined;
}

/** Of a backend of which nothing is known: even odds, as two runs. */
const UNKNOWN = { quality: 0.5, runs: 2 };

/**
 * From the backend's runs of the class, with its runs of all classes as a prior, with what suites said as theirs: the
 * beta posterior of quality, of which a score between 0 and 1 is a part of a pass. Where a class is easier for the others
 * than other classes are, it is expected to be for this one.
 */
export function beliefOf(state: RoutingState, taskClass: string, candidate: Candidate): Belief {
  const { memory, borrowed } = state.settings;
  const ofClass = named(state.classes, taskClass);
  const own = (ofClass && named(ofClass.backends, candidate.backend)) ?? NO_RECORD;
  const all = named(state.all.backends, candidate.backend) ?? NO_RECORD;
  const now = (average: Average) => faded(average, ofClass?.rounds ?? 0, memory);
  const nowOfAll = (average: Average) => faded(average, state.all.rounds, memoryOfAll(state));
  const prior = candidate.prior ?? UNKNOWN;
  const priorRuns = Math.max(prior.runs, 1e-6);
  const ofAll = nowOfAll(all.quality);
  const expected = shrunk(ofAll, prior.quality, priorRuns) + easeOf(state, taskClass, candidate.backend);
  const quality = now(own.quality);
  const mean = shrunk(quality, Math.min(1, Math.max(0, expected)), borrowed);
  // Classes differ from what is expected of them, and of a backend with few runs little is known that could be expected.
  const lent = borrowed / (quality.weight + borrowed);
  const spread = 1 / (quality.weight + borrowed + 1) + lent ** 2 / (ofAll.weight + priorRuns + 1);
  const known = (pick: (record: typeof own) => Average, guess?: number) => {
    const [near, far] = [now(pick(own)), nowOfAll(pick(all))];
    const from = far.weight > 0 ? shrunk(far, guess ?? far.mean, guess === undefined ? 0 : UNKNOWN.runs) : guess;
    return from === undefined ? undefined : shrunk(near, from, borrowed);
  };
  return {
    quality: {
      mean,
      deviation: Math.sqrt(mean * (1 - mean) * spread),
      runs: quality.weight,
    },
    cost: known(({ cost }) => cost, candidate.estimatedCost),
    latencyMs: known(({ latencyMs }) => latencyMs),
    failureRate: known(({ failures }) => failures),
  };
}
