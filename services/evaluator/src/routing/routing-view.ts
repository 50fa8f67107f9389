import type { JsonObject, MessageInitShape, RoutingBeliefSchema } from '@switchyard/contracts';
import { beliefOf, type RoutingSnapshot } from '@switchyard/evidence';

type BeliefInit = MessageInitShape<typeof RoutingBeliefSchema>;

/** Classes of which beliefs are shown: those in which something was learnt last. */
const CLASSES_SHOWN = 50;

/** What is told of a snapshot in any case. */
export function viewOf(agent: string, { revision, state, certified }: RoutingSnapshot) {
  const { budget } = state.settings;
  return {
    ...{ agent, revision, certified: [...certified], learnt: state.all.rounds, explored: state.explored },
    ...(budget && { budgetUsdPerTask: budget.perTask }),
    recentCostUsd: state.pacing.recentCost,
    balanceUsd: state.pacing.balance,
    changes: state.changes.map(({ backend, taskClass, direction, shift, round, count }) => ({
      ...{ backend, direction, shift, learnt: round, runs: count },
      ...(taskClass === undefined ? { everywhere: true } : { taskClass }),
    })),
  };
}

/** What is believed of each backend that runs, suites or certificates speak of; also before any run has ended. */
export function beliefsOf(snapshot: RoutingSnapshot): BeliefInit[] {
  const { state, priors, certified } = snapshot;
  const backends = [...new Set([...Object.keys(state.all.backends), ...Object.keys(priors), ...certified])].sort();
  const classes = Object.entries(state.classes)
    .sort(([, a], [, b]) => b.seen - a.seen)
    .slice(0, CLASSES_SHOWN)
    .map(([name]) => name)
    .sort();
  return (classes.length > 0 ? classes : ['']).flatMap((taskClass) =>
    backends.map((backend) => beliefIn(snapshot, taskClass, backend)),
  );
}

function beliefIn({ state, priors, certified }: RoutingSnapshot, taskClass: string, backend: string): BeliefInit {
  const prior = Object.hasOwn(priors, backend) ? priors[backend] : undefined;
  const isCertified = certified.includes(backend);
  const { quality, cost, latencyMs, failureRate } = beliefOf(state, taskClass, {
    ...{ backend, health: 'fit', contextWindow: 0, certified: isCertified },
    ...(prior && { prior }),
  });
  return {
    ...{ taskClass, backend, certified: isCertified },
    ...{ quality: quality.mean, deviation: quality.deviation, runs: quality.runs },
    ...(cost !== undefined && { costUsd: cost }),
    ...(latencyMs !== undefined && { latencyMs }),
    ...(failureRate !== undefined && { failureRate }),
  };
}

/** As it goes over the bus and into storage. */
export function jsonOf(snapshot: RoutingSnapshot): JsonObject {
  const { revision, priors, certified, state } = snapshot;
  return plain({ revision, priors, certified, state });
}

function plain(value: object): JsonObject {
  const copy: JsonObject = JSON.parse(JSON.stringify(value));
  return copy;
}
