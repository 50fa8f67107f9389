import type { EvaluationEstimate, MessageInitShape, EvaluationEstimateSchema } from '@switchyard/contracts';
import type { Estimate, Kind, Role } from './swap.js';

/** What one of a swap's evaluations will take. */
export interface PlannedCost {
  kind: Kind;
  role: Role;
  /** Undefined where it is there already. */
  estimate: MessageInitShape<typeof EvaluationEstimateSchema> | undefined;
}

type Known = Pick<EvaluationEstimate, 'runs' | 'recorded' | 'costUsd' | 'costLow' | 'costHigh' | 'basis'>;

/** All evaluations together. Their intervals are added end by end: too wide rather than too narrow, since they share what is not known. */
export function estimateOf(costs: readonly PlannedCost[]): Estimate {
  const known = costs.map(({ estimate }) => knownOf(estimate));
  const sum = (of: (each: Known) => number) => known.reduce((all, each) => all + of(each), 0);
  const missing = costs.filter(({ estimate }, index) => estimate && known[index]?.recorded === 0);
  return {
    runs: sum(({ runs }) => runs),
    costUsd: sum(({ costUsd }) => costUsd),
    costLow: sum(({ costLow }) => costLow),
    costHigh: sum(({ costHigh }) => costHigh),
    // A sum of which one part is not known is not known.
    recorded: missing.length > 0 ? 0 : sum(({ recorded }) => recorded),
    basis: costs.map(({ kind, role, estimate }, index) =>
      estimate
        ? `${kind} of the ${role}: ${known[index]?.runs ?? 0} runs, by ${known[index]?.basis ?? ''}`
        : `${kind} of the ${role}: there already`,
    ),
  };
}

function knownOf(estimate: PlannedCost['estimate']): Known {
  const { runs = 0, recorded = 0, costUsd = 0, costLow = 0, costHigh = 0, basis = '' } = estimate ?? {};
  return { runs, recorded, costUsd, costLow, costHigh, basis };
}
