import type { Belief, CandidateHealth } from './candidate.js';
import type { RoutingPolicy, RoutingWeights } from './policy.js';

/** A candidate as a decision saw it. */
export interface JudgedCandidate extends Belief {
  backend: string;
  health: CandidateHealth;
  certified: boolean;
  /** Weighted quality less weighted cost and latency, less the price of its cost. */
  score: number;
  /** The score if its quality is as good as may well be: two standard deviations better, or any where it has hardly run. */
  optimistic: number;
  /** Empty where nothing does. */
  ruledOut: string[];
}

/** Why a backend was taken: plain JSON, to be kept with the run. The same state, request and `random` give the same again. */
export interface Explanation {
  policy: RoutingPolicy;
  taskClass: string;
  /** Tasks that had been learnt of. */
  rounds: number;
  weights: RoutingWeights;
  /** Best first, those that failed lately behind the others; the ruled out last. */
  candidates: JudgedCandidate[];
  budget: { perTask: number; price: number; balance: number } | undefined;
  /** What was drawn, from 0 up to 1: below `exploration` the decision may be taken to learn. */
  random: number;
  exploration: number;
  /** Whether the backend was taken to learn, and not because it is best. */
  explored: boolean;
  reason: string;
}

/** A decision for a person: a line for the reason and one for each candidate. */
export function describeDecision({ candidates, reason, budget, taskClass }: Explanation): string {
  const money = budget
    ? `; ${amount(budget.perTask)} a task, balance ${amount(budget.balance)}, price ${digits(budget.price)}`
    : '';
  const lines = candidates.map(({ backend, score, quality, cost, latencyMs, health, ruledOut }) => {
    const facts = [
      `quality ${digits(quality.mean)} ± ${digits(2 * quality.deviation)} of ${Math.round(quality.runs)} runs`,
      cost === undefined ? 'cost unknown' : `cost ${amount(cost)}`,
      ...(latencyMs === undefined ? [] : [`${Math.round(latencyMs)} ms`]),
    ];
    const verdict =
      ruledOut.length > 0
        ? `ruled out: ${ruledOut.join('; ')}`
        : `score ${digits(score)}${health === 'recovering' ? ', failed lately' : ''}`;
    return `  ${backend}: ${verdict} (${facts.join(', ')})`;
  });
  return [`${reason} (class ${taskClass || 'none'}${money})`, ...lines].join('\n');
}

const digits = (value: number) => value.toFixed(3);
const amount = (value: number) => `$${Number(value.toPrecision(3))}`;
