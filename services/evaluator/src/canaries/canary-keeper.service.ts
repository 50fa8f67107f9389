import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { fromStore, RolloutSchema, RouterService, type Rollout } from '@switchyard/contracts';
import { LOGGER, Repeated } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { EVALUATOR_OPTIONS, type EvaluatorOptions } from '../evaluator-options.js';
import { NOW, type Now } from '../now.js';
import { CanariesService } from './canaries.service.js';
import { WatchedRolloutRepository } from './watched-rollout.repository.js';

/** Rollouts of one page. */
const PAGE = 200;

/** Looks at all rollouts under way, again and again. Safe in any number of replicas: a look computes, and an end is made once. */
@Injectable()
export class CanaryKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly looks: Repeated;

  constructor(
    @Inject(CanariesService) private readonly canaries: CanariesService,
    @Inject(WatchedRolloutRepository) private readonly watched: WatchedRolloutRepository,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(EVALUATOR_OPTIONS) { canaryTickMs }: EvaluatorOptions,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const failed = 'Rollouts could not be looked at; it is tried again';
    this.looks = new Repeated({ everyMs: canaryTickMs, work: () => this.lookAtAll(), failed, logger });
  }

  onApplicationBootstrap(): void {
    this.looks.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.looks.stop();
  }

  private async lookAtAll(): Promise<void> {
    // Before the router is asked: what is open and not in its answer has ended.
    const open = await this.watched.open();
    const asked = this.now();
    const running = await this.running();
    for (const rollout of running) await this.safely(rollout.id, () => this.canaries.look(rollout, asked));
    const underWay = new Set(running.map(({ tenant, id }) => `${tenant} ${id}`));
    for (const { tenant, id, rollout } of open)
      if (!underWay.has(`${tenant} ${id}`))
        await this.safely(id, () => this.canaries.askAfter(tenant, id, fromStore(RolloutSchema, rollout)));
  }

  private async running(): Promise<Rollout[]> {
    const all: Rollout[] = [];
    for (let after = ''; ;) {
      const page = { tenant: '', status: 'running', limit: PAGE, after };
      const { rollouts, more } = await this.rpc.call(RouterService.method.listRollouts, page);
      all.push(...rollouts);
      const last = rollouts.at(-1);
      if (!more || last === undefined) return all;
      after = last.id;
    }
  }

  /** What one rollout meets keeps no other from being looked at. */
  private async safely(rollout: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.logger.warn({ err: error, rollout }, 'A rollout could not be looked at; it is tried again');
    }
  }
}
