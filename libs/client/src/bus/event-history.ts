import { DeliverPolicy, jetstream, jetstreamManager, type ConsumerMessages } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { RunEventSchema, SwitchyardError, type RunEvent } from '@switchyard/contracts';
import { readMessages } from './read-messages.js';

export interface HistoryOptions {
  /** Filters of the events' stream. */
  subjects: string[];
  /** From then on; everything that the stream still has where absent. */
  since?: Date | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Journal entries as the stream of events keeps them, past ones first, then as they come, until `signal` fires. An entry
 * may come twice, and late, when a process died: `inOrder` mends that for one run.
 *
 * @throws SwitchyardError `bus.no_events` (retryable) where no stream has these subjects
 */
export async function* eventHistory(nc: NatsConnection, options: HistoryOptions): AsyncGenerator<RunEvent> {
  const { subjects, since, signal } = options;
  if (signal?.aborted) return;
  const stream = await streamOf(nc, subjects[0] ?? '');
  const consumer = await jetstream(nc).consumers.get(stream, {
    filter_subjects: subjects,
    ...(since
      ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: since.toISOString() }
      : { deliver_policy: DeliverPolicy.All }),
  });
  const messages: ConsumerMessages = await consumer.consume();
  const stop = (): void => messages.stop();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    yield* readMessages(RunEventSchema, messages);
  } finally {
    signal?.removeEventListener('abort', stop);
    await messages.close();
    await consumer.delete();
  }
}

/** One run's entries by their seq, each once. */
export async function* inOrder(events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent> {
  const early = new Map<number, RunEvent>();
  let next = 1;
  for await (const event of events) {
    if (event.seq >= next) early.set(event.seq, event);
    for (let found = early.get(next); found; found = early.get(next)) {
      early.delete(next);
      next += 1;
      yield found;
    }
  }
}

async function streamOf(nc: NatsConnection, subject: string): Promise<string> {
  try {
    const manager = await jetstreamManager(nc, { checkAPI: false });
    return await manager.streams.find(subject);
  } catch (cause) {
    throw new SwitchyardError(
      'bus.no_events',
      `No stream keeps ${subject}. Is the system running, and is this its prefix?`,
      {
        retryable: true,
        cause,
      },
    );
  }
}
