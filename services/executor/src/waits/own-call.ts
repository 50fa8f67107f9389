import type { AgentVersion } from '@switchyard/contracts';
import type { CallKind, OpenCall, RunEventBodyInit, RunState } from '@switchyard/journal';

/** How far a call is that the run settles itself. */
export type OwnOutcome =
  /** It has its result: what is journaled, with ToolCallSettled last. */
  | { is: 'settled'; bodies: RunEventBodyInit[] }
  /** It waits: what is journaled before the run is parked, why it is parked, and when to look again at the latest. */
  | { is: 'waiting'; bodies: RunEventBodyInit[]; reason: 'timer' | 'input' | 'child'; until?: Date };

/**
 * Settles calls of its kinds, or says what they wait for. Asked again each time the run is woken, whatever woke it, with
 * the state as the journal has it: the same state gives the same answer, and nothing is done twice.
 */
export interface OwnCallHandler {
  readonly kinds: readonly CallKind[];
  /** @throws SwitchyardError retryable where it cannot be known now: the message is handed back */
  advance(state: RunState, call: OpenCall, agent: AgentVersion, now: Date): Promise<OwnOutcome>;
}
