import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Bus, publishEvents } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { ExecWorkSchema, lastEventType, type RunEvent } from '@switchyard/contracts';
import { JournalStore } from '@switchyard/journal';
import { CONFIG, LOGGER, triggerPoint } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { TasksRepository } from '../tasks/tasks.repository.js';

/** A run that may move. */
export interface Dispatch {
  tenant: string;
  runId: string;
  backend: string;
  /** accepted, reconciled. */
  cause: string;
  /** Makes the same dispatch, published twice, one message. */
  msgId: string;
  /** When the reconciler looks whether it moved, in milliseconds; after the usual time where absent. */
  lookAfterMs?: number;
}

/** Tells the bus what Postgres has: work to the executors, events to whoever listens. */
@Injectable()
export class DispatchService implements OnApplicationShutdown {
  /** Told of all work that went out. */
  onPublished: (work: Pick<Dispatch, 'backend' | 'runId'>) => void = () => undefined;
  readonly #pending = new Set<Promise<void>>();

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(TasksRepository) private readonly tasks: TasksRepository,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Publishes after a commit, and never fails: what the bus does not take now, the reconciler brings later, because
   * Postgres has it.
   */
  async announce(events: readonly RunEvent[], work?: Dispatch): Promise<void> {
    triggerPoint('router.after_commit', () => lastEventType(events));
    const runId = work?.runId ?? events[0]?.runId ?? '';
    await Promise.all([
      work ? this.later(runId, this.dispatch(work)) : undefined,
      this.later(runId, this.publishEvents(events)),
    ]);
  }

  /** @throws SwitchyardError `bus.…` */
  async dispatch({ tenant, runId, backend, cause, msgId, lookAfterMs }: Dispatch): Promise<void> {
    const subject = this.bus.subjects.exec(backend, runId);
    await this.bus.publish(subject, ExecWorkSchema, { tenant, runId, backend, cause }, { msgId });
    triggerPoint('router.after_dispatch', () => cause);
    this.onPublished({ backend, runId });
    counter().inc({ cause });
    void this.later(runId, this.tasks.markDispatched(runId, lookAfterMs ?? this.config.router.stalledAfterMs));
  }

  /**
   * Events of one run, in order, and in one stroke.
   *
   * @throws SwitchyardError `bus.…` retryable; what the stream will never take is logged, and stays in the journal
   */
  async publishEvents(events: readonly RunEvent[]): Promise<void> {
    const [first] = events;
    if (!first) return;
    await publishEvents(this.bus, events);
    const seqs = events.map(({ seq }) => seq);
    void this.later(first.runId, this.journal.markPublished(first.runId, seqs));
  }

  /** Work after a commit that the reconciler would do again: its failure is logged, and a stop waits for it. */
  later(runId: string, work: Promise<unknown>): Promise<void> {
    const settled = work
      .then(
        () => undefined,
        (error: unknown) =>
          this.logger.warn({ err: error, run: runId }, 'Not all was done after a commit; the reconciler will do it'),
      )
      .finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    return settled;
  }

  /** Resolves when what is pending now is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** The last to go: what was begun is finished, then nothing more is written. */
  async onApplicationShutdown(): Promise<void> {
    while (this.#pending.size > 0) await this.settled();
    await Promise.all([this.tasks.close(), this.journal.close()]);
  }
}

function counter() {
  return metrics.counter('switchyard_router_dispatches_total', 'Work published to executors.', ['cause']);
}
