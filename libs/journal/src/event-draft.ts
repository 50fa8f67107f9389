import {
  create,
  RunEventSchema,
  timestampFromDate,
  type MessageInitShape,
  type RunEvent,
  type RunEventCase,
} from '@switchyard/contracts';
import { JOURNAL_FORM } from './forms/journal-form.js';
import type { Payload } from './payloads/claim.js';
import type { RunIdentity } from './state/run-state.js';

type RunEventInit = MessageInitShape<typeof RunEventSchema>;

/** A body to be journaled: `{ case: 'runCompleted', value: { output } }`. */
export type RunEventBodyInit = Extract<NonNullable<RunEventInit['body']>, { case: RunEventCase }>;

/** An event before it has its place in the journal. */
export interface EventDraft {
  body: RunEventBodyInit;
  /** router, executor, tool-host, user:<id>. */
  actor: string;
  /** Default: now. */
  time?: Date;
  traceId?: string;
  /** What the body names by its hash in a field of its own; kept as long as the run is. */
  payloads?: readonly Payload[];
}

/** The event with its header: the run's identity and its place. */
export function draftedEvent(identity: RunIdentity, seq: number, draft: EventDraft): RunEvent {
  const { tenant, runId, taskId, agent, idempotencyKey } = identity;
  return create(RunEventSchema, {
    tenant,
    runId,
    taskId,
    agent,
    idempotencyKey,
    seq,
    time: timestampFromDate(draft.time ?? new Date()),
    actor: draft.actor,
    traceId: draft.traceId ?? '',
    version: JOURNAL_FORM,
    body: draft.body,
  });
}
