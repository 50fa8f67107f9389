import { ExecWorkSchema } from '@switchyard/contracts';
import type { Bus } from '../bus.js';
import { streamName } from '../streams/stream-specs.js';
import { publishAt } from './publish-at.js';

/** When a run goes on by itself. */
export interface Wake {
  tenant: string;
  runId: string;
  backend: string;
  /** The place of the journal's entry that says so: the same wake-up, set twice, is one. */
  seq: number;
  at: Date;
  /** Default "timer". */
  cause?: string;
}

/**
 * Wakes runs at a time: the server holds a message for each, and gives it to the executors of the run's backend when it is
 * due, as ExecWork. A run has one timer; a later one takes its place.
 *
 * It is a convenience of the bus and not the truth: the journal's `wake_at` is, and the reconciler wakes whoever the bus
 * forgot. So a run may be woken twice, or before its time by an older timer that was set again; who gets the work reads
 * the journal.
 */
export class RunTimers {
  constructor(private readonly bus: Bus) {}

  /**
   * Resolves once the server has stored it. A time that has passed wakes at once.
   *
   * @throws SwitchyardError `bus.bad_time`, `bus.bad_subject`, and what `bus.publish` throws
   */
  async wake({ tenant, runId, backend, seq, at, cause = 'timer' }: Wake): Promise<void> {
    const { subjects } = this.bus;
    await publishAt(
      this.bus,
      ExecWorkSchema,
      { tenant, runId, backend, cause },
      {
        subject: subjects.timer(runId),
        target: subjects.timerDue(backend, runId),
        at,
        msgId: `${runId}:timer:${seq}`,
      },
    );
  }

  /** Takes the run's timer away. What is due already is in the queue of the executors. */
  async forget(runId: string): Promise<void> {
    const manager = await this.bus.js.jetstreamManager(false);
    await manager.streams.purge(streamName(this.bus.prefix, 'TIMERS'), { filter: this.bus.subjects.timer(runId) });
  }
}
