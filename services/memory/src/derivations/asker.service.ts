import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { RpcClient, withOutput } from '@switchyard/bus';
import { RouterService, SwitchyardError, toValue, type JsonValue, type Run } from '@switchyard/contracts';
import type { Derivation } from './derivation.js';

/** Under which runs that memory asks for say so. They are never remembered themselves. */
export const ASKED_BY_MEMORY = 'switchyard.memory';

/** Milliseconds between looks at a run that somebody waits for: at first it is nearly there, later it takes its time. */
const LOOK_MS = { first: 20, most: 250 };

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** Puts what memory asks to the router: an ask is a task like any other. */
@Injectable()
export class AskerService {
  constructor(@Inject(RpcClient) private readonly rpc: Pick<RpcClient, 'call'>) {}

  /**
   * The same ask again is the same run, also where what it names has been erased since.
   *
   * @returns the id of its run
   * @throws SwitchyardError what the router threw
   */
  async submit(derivation: Derivation, input: JsonValue, signal?: AbortSignal): Promise<string> {
    const { tenant, key, kind, agent, reservedUsd } = derivation;
    const options = signal ? { signal } : {};
    const task = {
      tenant,
      agent,
      input: toValue(input),
      idempotencyKey: key,
      metadata: { [ASKED_BY_MEMORY]: kind },
      limits: { costUsd: reservedUsd },
    };
    try {
      return (await this.rpc.call(RouterService.method.submit, task, options)).runId;
    } catch (error) {
      const runId = error instanceof SwitchyardError && error.code === 'task.conflict' && error.details['run_id'];
      if (typeof runId === 'string') return runId;
      throw error;
    }
  }

  /** A run that has ended, with its output; undefined while it goes on. @throws SwitchyardError `run.not_found` */
  async ended(tenant: string, runId: string): Promise<Run | undefined> {
    const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
    return ENDED.has(run.status) ? withOutput(this.rpc, run) : undefined;
  }

  /** @returns the run once it has ended; undefined where the time is over before */
  async waitFor(tenant: string, runId: string, signal: AbortSignal): Promise<Run | undefined> {
    for (let wait = LOOK_MS.first; !signal.aborted; wait = Math.min(LOOK_MS.most, wait * 2)) {
      const run = await this.ended(tenant, runId);
      if (run) return run;
      // That the time is over is seen above.
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  /** @returns the run as it stood when it was stopped */
  cancel(tenant: string, runId: string): Promise<Run> {
    const reason = 'whoever asked waits no longer';
    return this.rpc.call(RouterService.method.cancel, { tenant, runId, reason, actor: 'memory' });
  }
}

/** In US dollars, with the runs that it called. */
export function costOf({ costUsd, treeCostUsd }: Run): number {
  return Math.max(costUsd, treeCostUsd);
}
