import { invalid } from './settings.js';

/** What is weighed against each other: quality from 0 to 1, cost and latency as shares of the dearest and slowest candidate's. */
export interface RoutingWeights {
  quality: number;
  cost: number;
  latency: number;
}

/** How a backend is chosen among those that nothing rules out. */
export type RoutingPolicy =
  | { kind: 'pin'; backend: string }
  /** The cheapest of those with a certificate: quality is what the certificate says. */
  | { kind: 'cheapest-certified' }
  | { kind: 'best-quality' }
  /** Quality first; a backend of a quarter of the cost may be a few points worse. */
  | { kind: 'balanced' }
  | { kind: 'weights'; weights: RoutingWeights };

export const POLICY_KINDS = ['pin', 'cheapest-certified', 'best-quality', 'balanced', 'weights'] as const;

/**
 * What a policy weighs.
 * @throws SwitchyardError `routing.invalid` for own weights that are none
 */
export function weightsOf(policy: RoutingPolicy): RoutingWeights {
  switch (policy.kind) {
    case 'cheapest-certified':
      return { quality: 0, cost: 1, latency: 0 };
    case 'balanced':
      return { quality: 1, cost: 0.1, latency: 0.05 };
    case 'weights':
      return checked(policy.weights);
    case 'pin':
    case 'best-quality':
      return { quality: 1, cost: 0, latency: 0 };
    default:
      throw unknown(policy);
  }
}

/** A policy that comes from a record may be of any kind. */
function unknown({ kind }: { kind?: string }): Error {
  return invalid(`There is no routing policy "${kind}". There are ${POLICY_KINDS.join(', ')}.`);
}

function checked(weights: RoutingWeights): RoutingWeights {
  const values = [weights.quality, weights.cost, weights.latency];
  if (values.every((value) => Number.isFinite(value) && value >= 0) && values.some((value) => value > 0))
    return weights;
  throw invalid(
    `Weights of ${values.join(', ')} weigh nothing: give quality, cost and latency from 0 on, one above 0.`,
  );
}
