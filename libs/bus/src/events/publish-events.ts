import { eventTypeOf, RunEventSchema, SwitchyardError, textOf, type RunEvent } from '@switchyard/contracts';
import type { Bus } from '../bus.js';

/**
 * Tells EVENTS what was journaled of one run, in order and in one stroke. The message id is the event's place, so that
 * telling twice is telling once.
 *
 * @throws SwitchyardError `bus.…` retryable, where nobody knows whether all are there. What the stream will never take is
 *   logged, and stays in the journal: tried again, it would keep whoever publishes from all else.
 */
export async function publishEvents(
  bus: Pick<Bus, 'publishTogether' | 'subjects' | 'logger'>,
  events: readonly RunEvent[],
): Promise<void> {
  const messages = events.map((event) => ({
    subject: bus.subjects.event(event.tenant, event.runId, eventTypeOf(event)),
    body: textOf(RunEventSchema, event),
    msgId: `${event.runId}:${event.seq}`,
  }));
  for (const result of await bus.publishTogether(messages)) {
    if (result.status === 'fulfilled') continue;
    if (!(result.reason instanceof SwitchyardError) || result.reason.retryable) throw result.reason;
    bus.logger.error(
      { err: result.reason, run: events[0]?.runId },
      'An event cannot be published; it is in the journal all the same',
    );
  }
}
