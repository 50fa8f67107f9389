import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { OLDEST, type OldPlace } from '@switchyard/journal';
import { CONFIG, LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { RetentionRepository, type Batch } from './retention.repository.js';

/** How long after its start a router looks for old runs, and how often then, in milliseconds. */
const FIRST_SWEEP_MS = 600_000;
const SWEEP_MS = 3_600_000;
/** The longest break between two batches, in milliseconds. */
const LONGEST_BREAK_MS = 2_000;

/** What one sweep did. */
export interface Swept {
  archived: number;
  deleted: number;
}

/**
 * Archives what runs have journaled that ended long ago, and deletes those that ended longer ago still. Small transactions
 * with breaks as long as they took themselves; where there is nothing to do, an hour costs three statements on indexes.
 */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #sweep: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();

  constructor(
    @Inject(RetentionRepository) private readonly runs: RetentionRepository,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const { archiveAfterDays, deleteAfterDays } = this.config.router;
    if (archiveAfterDays > 0 || deleteAfterDays > 0) this.schedule(FIRST_SWEEP_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#sweep;
  }

  /** One pass over all that is old. What is to be deleted is not archived before. */
  async sweep(): Promise<Swept> {
    const { archiveAfterDays, deleteAfterDays } = this.config.router;
    const swept: Swept = { archived: 0, deleted: 0 };
    if (deleteAfterDays > 0) {
      for (const archived of [true, false])
        swept.deleted += await this.all((after) => this.runs.delete(deleteAfterDays, archived, after));
      counter('deleted').inc(swept.deleted);
    }
    if (archiveAfterDays > 0) {
      swept.archived = await this.all((after) => this.runs.archive(archiveAfterDays, after));
      counter('archived').inc(swept.archived);
    }
    return swept;
  }

  private async all(batch: (after: OldPlace) => Promise<Batch>): Promise<number> {
    let done = 0;
    for (let after: OldPlace | undefined = OLDEST; after && !this.#stop.signal.aborted;) {
      const began = performance.now();
      const { done: more, next } = await batch(after);
      done += more;
      after = next;
      if (after) await this.pause(performance.now() - began);
    }
    return done;
  }

  /** Half of the time is the others', however slow the database is. */
  private async pause(ms: number): Promise<void> {
    try {
      await wait(Math.min(ms, LONGEST_BREAK_MS), undefined, { signal: this.#stop.signal });
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  private schedule(base: number): void {
    if (this.#stop.signal.aborted) return;
    // Jitter, so that routers started together do not sweep together.
    this.#timer = setTimeout(
      () => {
        this.#sweep = this.sweepQuietly().finally(() => this.schedule(SWEEP_MS));
      },
      base * (0.5 + Math.random()),
    );
    this.#timer.unref();
  }

  private async sweepQuietly(): Promise<void> {
    try {
      const swept = await this.sweep();
      if (swept.archived + swept.deleted > 0) this.logger.info(swept, 'Archived and deleted old runs');
    } catch (error) {
      this.logger.warn({ err: error }, 'Old runs could not be archived or deleted; trying again later');
    }
  }
}

function counter(what: keyof Swept) {
  return metrics.counter(`switchyard_runs_${what}_total`, `Runs that were ${what} for their age.`);
}
