import type { Candidate } from './candidate.js';
import { decide, type Decision, type RoutingRequest } from './decide.js';
import type { RoutingSnapshot } from './snapshot.js';
import { named } from './state.js';

/** A candidate as the router knows it; what was learnt of it comes from the snapshot. */
export type RoutedBackend = Omit<Candidate, 'certified' | 'prior' | 'lacks'>;

export interface RoutedTask extends Omit<RoutingRequest, 'candidates'> {
  candidates: readonly RoutedBackend[];
}

/**
 * Chooses the backend of a task by a snapshot. Pure.
 * @param draw see `drawOf`
 * @throws SwitchyardError `routing.invalid`, `routing.none_suitable`
 */
export function decideFrom({ state, priors, certified }: RoutingSnapshot, task: RoutedTask, draw: number): Decision {
  const known = new Set(certified);
  const candidates = task.candidates.map((candidate): Candidate => {
    const prior = named(priors, candidate.backend);
    return { ...candidate, certified: known.has(candidate.backend), ...(prior && { prior }) };
  });
  return decide(state, { ...task, candidates }, () => draw);
}
