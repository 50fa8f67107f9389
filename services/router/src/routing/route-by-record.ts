import { SwitchyardError, type Routing } from '@switchyard/contracts';
import {
  decideFrom,
  drawOf,
  recordOf,
  type DecisionRecord,
  type NotSuited,
  type RoutedTask,
  type RoutingPolicy,
  type RoutingSnapshot,
} from '@switchyard/evidence';
import { byRank, chooseBackend, judgeAll, type Choice, type Chosen, type Judged } from '../backends/choose-backend.js';

export interface RoutedChoice extends Choice {
  /** What the agent says of it; absent: nothing. */
  routing: Routing | undefined;
  /** What was learnt; absent where nothing is known yet. */
  snapshot: RoutingSnapshot | undefined;
  runId: string;
  /** '' where the task names none. */
  taskClass: string;
  contextTokens: number;
}

export interface Routed extends Chosen {
  /** What is kept of a decision by what was learnt. */
  routing?: DecisionRecord;
}

/** More candidates than these, the best by health and price, are not weighed against each other: each is in the run's record. */
const MOST_CANDIDATES = 16;
/** Tokens of all answers of a task, for a guess of its cost until runs tell. */
const ANSWER_TOKENS = 1_000;

/**
 * Chooses the backend of a run by what was learnt, where the agent says so. Pure: equal input, equal choice; luck is drawn
 * from the run's id. Who names a backend (the task, else the agent) has decided; and where nothing was learnt, or what was
 * learnt rules all out, the choice is by health and price as for any agent, and its reason says so.
 *
 * @throws SwitchyardError as `chooseBackend`; where only certified backends may be taken: `routing.unavailable` (nothing is
 *   known yet; retryable), `routing.none_suitable` (no suitable one is certified)
 */
export function routeByRecord(choice: RoutedChoice): Routed {
  const { routing, snapshot, override, requirement } = choice;
  if (!routing || override || requirement?.backend) return chooseBackend(choice);
  if (!snapshot) {
    if (needsCertificate(routing)) throw unavailable();
    return noted(chooseBackend(choice), 'by health and price, since nothing is known of what was learnt');
  }
  const { suitable, notSuited } = candidatesOf(choice);
  const task = taskOf(choice, routing, suitable);
  try {
    const decision = decideFrom(snapshot, task, drawOf(choice.runId));
    const chosen = suitable.find(({ backend }) => backend.name === decision.backend);
    if (!chosen) throw new TypeError(`${decision.backend} was chosen, and is no candidate`);
    return {
      backend: chosen.backend,
      reason: `${decision.explanation.reason}, by what ${snapshot.state.all.rounds} runs showed`,
      routing: recordOf(snapshot, task, decision, notSuited),
    };
  } catch (error) {
    if (!(error instanceof SwitchyardError && error.code === 'routing.none_suitable')) throw error;
    return withoutDecision(choice, routing, snapshot, error);
  }
}

/** All are ruled out: a certified one that fails may still be waited for, where only certified ones may be taken. */
function withoutDecision(
  choice: RoutedChoice,
  routing: Routing,
  snapshot: RoutingSnapshot,
  error: SwitchyardError,
): Routed {
  if (!needsCertificate(routing))
    return noted(chooseBackend(choice), 'by health and price, since what was learnt rules all out');
  const certified = new Set(snapshot.certified);
  const candidates = choice.candidates.filter(({ name }) => certified.has(name));
  if (candidates.length === 0) throw error;
  return noted(chooseBackend({ ...choice, candidates }), 'by health and price among those with a certificate in force');
}

function candidatesOf(choice: RoutedChoice): { suitable: Judged[]; notSuited: NotSuited[] } {
  const judged = judgeAll(choice).sort(byRank);
  const fit = judged.filter(({ lacks }) => lacks.length === 0);
  const hasReal = fit.some(({ facts, health }) => !facts.simulated && health !== 'failing');
  const isTaken = ({ facts }: Judged) => !(hasReal && facts.simulated);
  const taken = fit.filter(isTaken);
  const notSuited = [
    ...judged.flatMap(({ backend, lacks }) => (lacks.length > 0 ? [{ backend: backend.name, lacks }] : [])),
    ...named(
      fit.filter((one) => !isTaken(one)),
      'a simulator, and a real model suits',
    ),
    ...named(taken.slice(MOST_CANDIDATES), `not among the first ${MOST_CANDIDATES} by health and price`),
  ];
  return { suitable: taken.slice(0, MOST_CANDIDATES), notSuited };
}

function named(judged: readonly Judged[], reason: string): NotSuited[] {
  return judged.map(({ backend }) => ({ backend: backend.name, lacks: [reason] }));
}

function taskOf({ taskClass, contextTokens }: RoutedChoice, routing: Routing, suitable: readonly Judged[]): RoutedTask {
  return {
    ...{ policy: policyOf(routing), taskClass, contextTokens, certifiedOnly: routing.certifiedOnly },
    candidates: suitable.map(({ backend, facts, health }) => {
      const cost = (contextTokens * facts.inputPrice + ANSWER_TOKENS * facts.outputPrice) / 1e6;
      return {
        ...{ backend: backend.name, health, contextWindow: facts.contextWindow },
        ...(cost > 0 && { estimatedCost: cost }),
      };
    }),
  };
}

function policyOf({ policy, weights }: Routing): RoutingPolicy {
  switch (policy) {
    case 'cheapest-certified':
    case 'balanced':
      return { kind: policy };
    case 'weights': {
      const { quality = 0, cost = 0, latency = 0 } = weights ?? {};
      return { kind: policy, weights: { quality, cost, latency } };
    }
    default:
      return { kind: 'best-quality' };
  }
}

/** Whether a backend without a certificate may not be taken at all. */
export function needsCertificate({ policy, certifiedOnly }: Routing): boolean {
  return certifiedOnly || policy === 'cheapest-certified';
}

function noted({ backend, reason }: Chosen, note: string): Routed {
  return { backend, reason: `${note}: ${reason}` };
}

function unavailable(): SwitchyardError {
  return new SwitchyardError(
    'routing.unavailable',
    'Which backends are certified is not known now, and the agent takes no other. Start the evaluator, or try again in a moment.',
    { retryable: true },
  );
}
