import { Inject, Injectable } from '@nestjs/common';
import { Bus, execDurable } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { CONFIG } from '@switchyard/service';

/** How full a backend's queue is. */
export interface ExecDepth {
  /** Messages that wait or are in hand: what KEDA calls the lag. */
  depth: number;
  /** Runs that all its executors together advance at once. */
  fleet: number;
}

/** Asks JetStream how much work a backend's executors have. */
@Injectable()
export class ExecDepthRepository {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A queue that is gone is empty: what it held is dispatched again by the reconciler. */
  async of(backend: string): Promise<ExecDepth> {
    const manager = await this.bus.js.jetstreamManager(false);
    const subject = this.bus.subjects.exec(backend, '*');
    const [stream] = await manager.streams.names(subject).next();
    const usual = this.config.executor.concurrency;
    if (stream === undefined) return { depth: 0, fleet: usual };
    for await (const { name, num_pending, num_ack_pending, config } of manager.consumers.list(stream)) {
      if (name === execDurable(backend))
        return { depth: num_pending + num_ack_pending, fleet: config.max_ack_pending ?? usual };
    }
    // No executor has ever served it: what was sent there lies there.
    const { state } = await manager.streams.info(stream, { subjects_filter: subject });
    const counts = Object.values(state.subjects ?? {});
    return { depth: counts.reduce((sum, count) => sum + count, 0), fleet: usual };
  }
}
