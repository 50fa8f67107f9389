import { SwitchyardError } from '@switchyard/contracts';
import { beliefOf, type Belief, type Candidate } from './candidate.js';
import type { Explanation, JudgedCandidate } from './explanation.js';
import { mayCost } from './pacing.js';
import { weightsOf, type RoutingPolicy, type RoutingWeights } from './policy.js';
import { invalid } from './settings.js';
import { checkState, named, type RoutingState } from './state.js';

export interface RoutingRequest {
  policy: RoutingPolicy;
  /** '' where tasks have none. */
  taskClass: string;
  candidates: readonly Candidate[];
  /** Tokens that the task's context needs. Default 0. */
  contextTokens?: number;
  /** Nothing without a certificate in force, also to learn. */
  certifiedOnly?: boolean;
}

export interface Decision {
  backend: string;
  explanation: Explanation;
}

/** How many standard deviations better a quality may well be. */
const OPTIMISM = 2;
/**
 * Runs, those of suites among them, below which a quality may be any: three bad answers at the start would else rule out
 * for good a backend that is right in two of three.
 */
const FIRST_RUNS = 20;

/**
 * Chooses the backend of a task by what was learnt. Pure: the same state, request and random number give the same answer.
 * Most decisions take the best; a share of at most `exploration` takes one that may well be better than the best, so that
 * what is known does not rest on first impressions.
 *
 * @param random one number from 0 up to 1 is drawn, whatever is decided, and told in the explanation
 * @throws SwitchyardError `routing.invalid`, `routing.none_suitable` with what rules out each candidate
 */
export function decide(state: RoutingState, request: RoutingRequest, random: () => number): Decision {
  checkState(state);
  const { policy, taskClass, candidates } = request;
  if (new Set(candidates.map(({ backend }) => backend)).size < candidates.length)
    throw invalid('A backend is among the candidates twice. Name each once.');
  const weights = weightsOf(policy);
  const draw = random();
  const judged = withBudget(state, scored(state, request, weights));
  const suitable = judged.filter(({ ruledOut }) => ruledOut.length === 0).sort(byScore);
  const [best] = suitable;
  if (!best) throw noneSuitable(judged);
  const learning = draw < state.settings.exploration && mayExplore(state) ? worthLearning(suitable, best) : undefined;
  const chosen = learning ?? best;
  const { budget, exploration } = state.settings;
  const { price, balance } = state.pacing;
  return {
    backend: chosen.backend,
    explanation: {
      policy,
      taskClass,
      rounds: state.all.rounds,
      weights,
      candidates: [...suitable, ...judged.filter(({ ruledOut }) => ruledOut.length > 0)],
      budget: budget && { perTask: budget.perTask, price, balance },
      random: draw,
      exploration,
      explored: learning !== undefined,
      reason: reasonOf(policy, chosen, best, suitable.length),
    },
  };
}

function scored(state: RoutingState, request: RoutingRequest, weights: RoutingWeights): JudgedCandidate[] {
  const believed = request.candidates.map((candidate) => ({
    candidate,
    belief: beliefOf(state, request.taskClass, candidate),
  }));
  const dearest = Math.max(...believed.map(({ belief }) => belief.cost ?? 0));
  const slowest = Math.max(...believed.map(({ belief }) => belief.latencyMs ?? 0));
  const { budget } = state.settings;
  return believed.map(({ candidate, belief }) => {
    const { quality, cost = 0, latencyMs = 0 } = belief;
    const paid = budget ? (state.pacing.price * cost) / budget.perTask : 0;
    const against = weights.cost * share(cost, dearest) + weights.latency * share(latencyMs, slowest) + paid;
    return {
      backend: candidate.backend,
      health: candidate.health,
      certified: candidate.certified,
      ...belief,
      score: weights.quality * quality.mean - against,
      optimistic: weights.quality * asGoodAsMayBe(state, candidate, belief) - against,
      ruledOut: ruledOutBy(candidate, request),
    };
  });
}

function asGoodAsMayBe({ all }: RoutingState, { backend, prior }: Candidate, { quality }: Belief): number {
  const runs = (named(all.backends, backend)?.reference.weight ?? 0) + (prior?.runs ?? 0);
  return runs < FIRST_RUNS ? 1 : Math.min(1, quality.mean + OPTIMISM * quality.deviation);
}

function ruledOutBy(
  { backend, health, contextWindow, certified, lacks = [] }: Candidate,
  request: RoutingRequest,
): string[] {
  const { policy, contextTokens = 0, certifiedOnly = false } = request;
  const isPinned = policy.kind === 'pin' && policy.backend === backend;
  const reasons = [...lacks];
  if (policy.kind === 'pin' && !isPinned) reasons.push(`"${policy.backend}" is pinned`);
  if (contextWindow > 0 && contextWindow < contextTokens)
    reasons.push(`context: ${contextWindow} tokens, ${contextTokens} needed`);
  // Who pins has decided, also for one that fails.
  if (!isPinned && (health === 'open' || health === 'failing')) reasons.push(`health: ${health}`);
  if (!certified && (certifiedOnly || policy.kind === 'cheapest-certified')) reasons.push('no certificate in force');
  return reasons;
}

/** What the balance does not allow is ruled out; where it allows nothing, all but the cheapest. A pin stays. */
function withBudget(state: RoutingState, judged: readonly JudgedCandidate[]): JudgedCandidate[] {
  const { budget } = state.settings;
  const suitable = judged.filter(({ ruledOut }) => ruledOut.length === 0);
  if (!budget || suitable.length < 2) return [...judged];
  const cheapest = Math.min(...suitable.map(({ cost = 0 }) => cost));
  return judged.map((candidate) => {
    const { cost = 0, ruledOut } = candidate;
    if (ruledOut.length > 0 || cost === cheapest || mayCost(state.pacing, cost, budget)) return candidate;
    return { ...candidate, ruledOut: ['budget: it costs more than is left until cheaper tasks have made up for it'] };
  });
}

/** Never more than the stated share, counted, whatever was drawn. */
function mayExplore({ explored, all, settings }: RoutingState): boolean {
  return explored + 1 <= settings.exploration * (all.rounds + 1);
}

/** Of those that may well be better than the best, the one that may be best. */
function worthLearning(suitable: readonly JudgedCandidate[], best: JudgedCandidate): JudgedCandidate | undefined {
  const [first] = suitable
    .filter((candidate) => candidate !== best && candidate.optimistic > best.score)
    .sort((a, b) => b.optimistic - a.optimistic || byScore(a, b));
  return first;
}

/** One that failed lately is taken where no other suits, or to learn. */
function byScore(a: JudgedCandidate, b: JudgedCandidate): number {
  const recovering = ({ health }: JudgedCandidate) => Number(health === 'recovering');
  const cost = (a.cost ?? 0) - (b.cost ?? 0);
  return recovering(a) - recovering(b) || b.score - a.score || cost || (a.backend < b.backend ? -1 : 1);
}

const share = (value: number, largest: number) => (largest > 0 ? value / largest : 0);

function reasonOf(policy: RoutingPolicy, chosen: JudgedCandidate, best: JudgedCandidate, suitable: number): string {
  if (policy.kind === 'pin') return `${chosen.backend} is pinned`;
  if (chosen !== best)
    return `${chosen.backend} is taken to learn: it may score ${chosen.optimistic.toFixed(3)}, and ${best.backend} scores ${best.score.toFixed(3)}`;
  if (suitable === 1) return `${chosen.backend} is the only one that nothing rules out`;
  return `${chosen.backend} scores best of ${suitable} by ${policy.kind}`;
}

function noneSuitable(judged: readonly JudgedCandidate[]): SwitchyardError {
  const candidates = judged.map(({ backend, ruledOut }) => ({ backend, reasons: ruledOut }));
  const listed = candidates.map(({ backend, reasons }) => `${backend}: ${reasons.join(', ')}`).join('; ');
  return new SwitchyardError(
    'routing.none_suitable',
    `No backend suits the task: ${listed || 'there are no candidates'}. Apply or certify one that does, or ask for less.`,
    // Health comes back by itself; what is lacking does not.
    {
      retryable: judged.some(({ ruledOut }) => ruledOut.every((reason) => reason.startsWith('health:'))),
      details: { candidates },
    },
  );
}
