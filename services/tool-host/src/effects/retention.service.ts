import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { RouterService, SwitchyardError } from '@switchyard/contracts';
import { CONFIG, LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { KeptResultsRepository } from '../results/kept-results.repository.js';
import { EffectsRepository, type OldCall } from './effects.repository.js';

/** How often old calls are looked for, in milliseconds. */
const SWEEP_MS = 3_600_000;
/** Rows of one look and one removal: a statement that nobody has to wait behind. */
const BATCH = 500;
/** Runs asked about side by side. */
const SIDE_BY_SIDE = 4;
/** Before every call. */
const BEGINNING = { startedAt: new Date(0), callId: '' };

/**
 * Removes settled calls that are older than the ledger keeps them, so that it does not grow without end.
 *
 * A call of a run that has not ended stays, however old it is: its run may ask for it again, and without its row it would
 * be run again. So do calls that are at work or in doubt. What was decided by people is kept for good.
 */
@Injectable()
export class RetentionService {
  #timer: NodeJS.Timeout | undefined;
  #sweep: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(
    @Inject(EffectsRepository) private readonly effects: EffectsRepository,
    @Inject(KeptResultsRepository) private readonly kept: KeptResultsRepository,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    if (this.config.toolHost.effectsDays > 0) this.schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#sweep;
  }

  /** One pass over all that is old. @returns how many calls were removed; 0 where another host is at it */
  sweep(): Promise<number> {
    return this.effects.alone(() => this.removeOld());
  }

  private schedule(): void {
    if (this.#stopped) return;
    // Jitter, so that hosts started together do not sweep together.
    this.#timer = setTimeout(
      () => {
        this.#sweep = this.sweepQuietly().finally(() => this.schedule());
      },
      SWEEP_MS * (0.5 + Math.random()),
    );
    this.#timer.unref();
  }

  private async sweepQuietly(): Promise<void> {
    try {
      const removed = await this.sweep();
      if (removed > 0) this.logger.info({ removed }, 'Removed old calls from the ledger');
    } catch (error) {
      this.logger.warn({ err: error }, 'Old calls could not be removed from the ledger; trying again later');
    }
  }

  private async removeOld(): Promise<number> {
    let removed = 0;
    for (let after = BEGINNING; !this.#stopped;) {
      const old = await this.effects.oldSettled(this.config.toolHost.effectsDays, after, BATCH);
      const ended = await this.endedOf(old);
      const gone = old.filter(({ run_id: runId }) => ended.has(runId)).map(({ call_id: callId }) => callId);
      if (gone.length > 0) removed += await this.effects.remove(gone);
      const last = old.at(-1);
      if (!last || old.length < BATCH) break;
      after = { startedAt: last.started_at, callId: last.call_id };
    }
    await this.kept.forgetOld(this.config.toolHost.effectsDays);
    metrics
      .counter('switchyard_effects_removed_total', 'Settled calls removed from the ledger for their age.')
      .inc(removed);
    return removed;
  }

  /** The runs among these that never ask again. '' is nobody's: a call by hand. */
  private async endedOf(calls: readonly OldCall[]): Promise<ReadonlySet<string>> {
    const tenants = new Map(calls.map(({ run_id: runId, tenant }) => [runId, tenant]));
    const ended = new Set<string>();
    const left = [...tenants];
    const ask = async (): Promise<void> => {
      for (let next = left.pop(); next; next = left.pop()) {
        const [runId, tenant] = next;
        if (runId === '' || (await this.hasEnded(tenant, runId))) ended.add(runId);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, ask));
    return ended;
  }

  private async hasEnded(tenant: string, runId: string): Promise<boolean> {
    try {
      return ENDED.has((await this.rpc.call(RouterService.method.getRun, { tenant, runId })).status);
    } catch (error) {
      if (error instanceof SwitchyardError && error.code === 'run.not_found') return true;
      throw error;
    }
  }
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);
