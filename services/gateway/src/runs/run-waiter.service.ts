import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Bus, RpcClient } from '@switchyard/bus';
import { RouterService, RunEventSchema, type Run } from '@switchyard/contracts';
import { isEnd } from '../stream/run-stream.js';
import { Payloads } from './payloads.service.js';
import { hasEnded } from './run-status.js';

/** How often the run is looked at although the bus said nothing: core NATS may lose a message. */
const LOOK_AGAIN_MS = 5_000;

@Injectable()
export class RunWaiter {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Payloads) private readonly payloads: Payloads,
  ) {}

  /** The run when it has ended; undefined where it has not within `timeoutMs`, or the caller left. */
  async wait(tenant: string, runId: string, timeoutMs: number, signal: AbortSignal): Promise<Run | undefined> {
    const deadline = Date.now() + timeoutMs;
    let ended = new AbortController();
    const listening = this.bus.subscribe(this.bus.subjects.event(tenant, runId, '*'), RunEventSchema, (event) => {
      if (isEnd(event)) ended.abort();
    });
    try {
      await this.bus.nc.flush();
      while (!signal.aborted) {
        const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId }, { signal });
        if (hasEnded(run)) return this.payloads.whole(run);
        const left = deadline - Date.now();
        if (left <= 0) return undefined;
        const wake = AbortSignal.any([ended.signal, signal]);
        await sleep(Math.min(left, LOOK_AGAIN_MS), undefined, { signal: wake }).catch(() => undefined);
        ended = new AbortController();
      }
      return undefined;
    } finally {
      await listening.stop();
    }
  }
}
