import { Inject, Injectable } from '@nestjs/common';
import { Bus, RpcClient } from '@switchyard/bus';
import { ExecWorkSchema, RouterService, SwitchyardError, type Run } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { EffectsRepository, type WakeRow } from './effects.repository.js';

/** How often a host looks for runs to be told, in milliseconds. Most find none: an index over nothing. */
const LOOK_MS = 3_000;
/** How long a run is given to go on before it is told again, in milliseconds; later the longer the longer it has not. */
const AGAIN_MS = 30_000;
/** A run that was told of the doubt journals that it waits within this time, or somebody else has it; in milliseconds. */
const PARKED_WITHIN_MS = 120_000;
const BATCH = 50;

/**
 * Wakes runs that wait for a call in doubt, once the doubt is gone: somebody has decided, or the host that was frozen has
 * come back with the result.
 *
 * The ledger remembers whom to tell (`wake_at`) in the same commit in which the doubt goes, and forgets it only when the
 * run has been seen to go on: a crash before the message is sent, a message that was lost with the bus's store, and an
 * executor that was told and died are all told again.
 */
@Injectable()
export class WakeUps {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(EffectsRepository) private readonly effects: EffectsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    this.schedule(LOOK_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  /** Looks at once. Never rejects: what fails is tried again. */
  now(): Promise<void> {
    this.#round = this.#round.then(() => this.round());
    return this.#round;
  }

  private schedule(delay: number): void {
    if (this.#stopped) return;
    // Jitter, so that hosts started together do not ask together.
    this.#timer = setTimeout(
      () => void this.now().then(() => this.schedule(LOOK_MS)),
      delay * (0.75 + Math.random() / 2),
    );
    this.#timer.unref();
  }

  private async round(): Promise<void> {
    try {
      for (;;) {
        const due = this.#stopped ? [] : await this.effects.takeWakes(BATCH, AGAIN_MS);
        await Promise.all(due.map((row) => this.tell(row)));
        if (due.length < BATCH) return;
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'Runs whose calls were decided could not be looked for; trying again');
    }
  }

  private async tell(row: WakeRow): Promise<void> {
    try {
      const run = row.run_id === '' ? undefined : await this.runOf(row);
      if (!run || ENDED.has(run.status)) return await this.effects.wakeAgain(row, null);
      if (waitsFor(run, row.call_id)) await this.publish(row, run);
      else if (row.status !== 'released' && row.since_ms > PARKED_WITHIN_MS)
        return await this.effects.wakeAgain(row, null);
      await this.effects.wakeAgain(row, Math.max(AGAIN_MS, row.since_ms / 2));
    } catch (error) {
      this.logger.warn(
        { err: error, call_id: row.call_id, run: row.run_id },
        'A run could not be told that its call was decided; trying again',
      );
    }
  }

  /** Undefined where the run is gone, and with it whoever could be told. */
  private async runOf({ tenant, run_id: runId }: WakeRow): Promise<Run | undefined> {
    try {
      return await this.rpc.call(RouterService.method.getRun, { tenant, runId });
    } catch (error) {
      if (error instanceof SwitchyardError && error.code === 'run.not_found') return undefined;
      throw error;
    }
  }

  private async publish(row: WakeRow, { tenant, runId, backend }: Run): Promise<void> {
    // Told again it is another message: the first one may have been used up.
    const again = Math.floor(row.since_ms / AGAIN_MS);
    await this.bus.publish(
      this.bus.subjects.exec(backend, runId),
      ExecWorkSchema,
      { tenant, runId, backend, cause: 'effect_decided' },
      { msgId: `${row.call_id}:decided:${row.attempt}:${again}` },
    );
  }
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** A router of an earlier version does not say what a run waits for. */
function waitsFor({ status, wait }: Run, callId: string): boolean {
  return status === 'waiting' && (wait === undefined || wait.callIds.includes(callId));
}
