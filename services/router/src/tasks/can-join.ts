import { hasEnded, type RunState } from '@switchyard/journal';

/** What users may add to one run: each is read again with every turn from then on. */
export const MAX_ADDED = 1_000;

/**
 * Whether a message of this user for this agent may become input of the run. Another agent's run is another's conversation,
 * and a run acts on behalf of one user. A run that hands its thread over says nothing more itself.
 */
export function canJoin(state: RunState, { agent, user }: { agent: string; user: string }): boolean {
  const handsOver = state.openCalls.some((call) => call.kind === 'handoff' && call.result === null);
  return (
    !hasEnded(state) && state.agent === agent && state.user === user && !handsOver && state.inputIds.length < MAX_ADDED
  );
}
