import type { Candidate } from './candidate.js';
import { learn, type RoutingOutcome } from './learn.js';
import { startRouting, type RoutingState } from './state.js';
import type { RoutingOptions } from './settings.js';

export function candidate(backend: string, more: Partial<Candidate> = {}): Candidate {
  return { backend, health: 'fit', contextWindow: 0, certified: false, ...more };
}

/** A state that has learnt of each outcome so many times; of the class "letters" where none is named. */
export function learnt(
  options: RoutingOptions,
  ...outcomes: (Omit<RoutingOutcome, 'taskClass'> & { taskClass?: string; times: number })[]
) {
  let state: RoutingState = startRouting(options);
  for (const { times, ...outcome } of outcomes)
    for (let time = 0; time < times; time += 1) state = learn(state, { taskClass: 'letters', ...outcome });
  return state;
}
