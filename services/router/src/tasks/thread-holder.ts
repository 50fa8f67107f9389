import type { Handover } from '@switchyard/journal';

/** Handovers of a thread that are looked at: the newest. */
export const MAX_HANDOVERS = 100;

/**
 * Who has the thread now, for a task that is addressed to `asked`: the agent that it was handed over to, and whom that one
 * handed it over to in turn. An agent that got it back has it.
 *
 * @param handovers the oldest first
 */
export function threadHolder(asked: string, handovers: readonly Handover[]): string {
  return handovers.reduce((holder, { from, to }) => (from === holder ? to : holder), asked);
}
