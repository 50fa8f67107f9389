import { eventTypeOf, RunEventSchema, SwitchyardError, textOf, type RunEvent } from '@switchyard/contracts';
import type { Bus } from '../bus.js';

/**
 * Tells EVENTS what was journaled of one run, in order and in one stroke. The message id is the event's place, so that
 * telling twice is telling once.
 *
 * @returns what the stream will never take, and why; it stays in the journal
 * @throws SwitchyardError `bus.…` retryable, where nobody knows whether all are there
 */
export async function publishEvents(
  bus: Pick<Bus, 'publishTogether' | 'subjects'>,
  events: readonly RunEvent[],
): Promise<SwitchyardError[]> {
  const messages = events.map((event) => ({
    subject: bus.subjects.event(event.tenant, event.runId, eventTypeOf(event)),
    body: textOf(RunEventSchema, event),
    msgId: `${event.runId}:${event.seq}`,
  }));
  const refused: SwitchyardError[] = [];
  for (const result of await bus.publishTogether(messages)) {
    if (result.status === 'fulfilled') continue;
    if (!(result.reason instanceof SwitchyardError) || result.reason.retryable) throw result.reason;
    refused.push(result.reason);
  }
  return refused;
}
