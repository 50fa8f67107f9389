import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Bus, publishEvents } from '@switchyard/bus';
import type { RunEvent } from '@switchyard/contracts';
import { JournalStore } from '@switchyard/journal';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';

/** Tells the bus what was journaled. The message id is the event's place, so that telling twice is telling once. */
@Injectable()
export class EventPublisher implements OnApplicationShutdown {
  readonly #marks = new Set<Promise<void>>();

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Publishes events of one run, in order, and resolves when the stream has them.
   *
   * @throws SwitchyardError `bus.…` retryable; what the stream will never take is logged, and stays in the journal
   */
  async publish(events: readonly RunEvent[]): Promise<void> {
    const [first] = events;
    if (!first) return;
    await publishEvents(this.bus, events);
    this.#mark(
      first.runId,
      events.map(({ seq }) => seq),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.journal.close();
    await Promise.all(this.#marks);
  }

  #mark(runId: string, seqs: readonly number[]): void {
    const mark = this.journal
      .markPublished(runId, seqs)
      .catch((error: unknown) =>
        this.logger.warn(
          { err: error, run: runId },
          'Published events could not be marked; the relay publishes them again',
        ),
      )
      .finally(() => this.#marks.delete(mark));
    this.#marks.add(mark);
  }
}
