import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { SwitchyardError } from '@switchyard/contracts';
import type { Bus } from '../bus.js';

/** A message that the server publishes by itself at a time. */
export interface Scheduled {
  /** Where the schedule waits, in TIMERS; a later one on the same subject takes its place. */
  subject: string;
  /** Where it appears, in TIMERS too: the server publishes within the stream of the schedule. */
  target: string;
  /** To the millisecond; a time that has passed is now. nats-server 2.15 was up to 0.2 seconds late when tried. */
  at: Date;
  msgId: string;
}

/**
 * How long TIMERS keeps what became due: EXEC takes it over at once, and needs up to 20 seconds only where TIMERS was made
 * anew (tried with nats-server 2.15).
 */
const DUE_KEPT = '60s';
/** The last year that RFC 3339 can write. */
const LAST_YEAR = 9_999;

/**
 * Leaves a message with the server until its time, in the active trace (message schedules:
 * https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-51.md). The schedule is gone once it has fired.
 *
 * @throws SwitchyardError `bus.bad_time` where the time cannot be written; what `bus.publish` throws
 */
export async function publishAt<D extends DescMessage>(
  bus: Bus,
  schema: D,
  init: MessageInitShape<D>,
  { subject, target, at, msgId }: Scheduled,
): Promise<void> {
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() > LAST_YEAR || at.getUTCFullYear() < 0)
    throw new SwitchyardError('bus.bad_time', `A message on ${target} cannot be set for ${String(at.getTime())}.`);
  const headers = {
    'Nats-Schedule': `@at ${at.toISOString()}`,
    'Nats-Schedule-Target': target,
    'Nats-Schedule-TTL': DUE_KEPT,
  };
  await bus.publish(subject, schema, init, { msgId, headers });
}
