import { Controller, Inject } from '@nestjs/common';
import { Rpc, RpcClient } from '@switchyard/bus';
import {
  EvaluatorService,
  fromStore,
  RolloutSchema,
  RouterService,
  type CanaryListSchema,
  type CanaryQuery,
  type CanarySchema,
  type ListCanariesQuery,
  type MessageInitShape,
} from '@switchyard/contracts';
import { canaryView } from './canary-view.js';
import { WatchedRolloutRepository } from './watched-rollout.repository.js';

const LISTED = 50;
const MOST_LISTED = 200;

/** `<prefix>.rpc.evaluator.get_canary` and `list_canaries` */
@Controller()
export class CanariesController {
  constructor(
    @Inject(WatchedRolloutRepository) private readonly watched: WatchedRolloutRepository,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  /** @throws SwitchyardError `rollout.not_found` */
  @Rpc(EvaluatorService.method.getCanary)
  async getCanary({ tenant, rollout: id }: CanaryQuery): Promise<MessageInitShape<typeof CanarySchema>> {
    const row = await this.watched.find(tenant, id);
    // Of one that goes on the router knows better: it may have ended, or its share have changed, since the last look.
    const rollout = row?.ended_at
      ? fromStore(RolloutSchema, row.rollout)
      : await this.rpc.call(RouterService.method.getRollout, { tenant, id });
    return canaryView(rollout, row, await this.watched.findings(tenant, [id]));
  }

  /** Those that were looked at once; one that has just begun is told by `getCanary`. */
  @Rpc(EvaluatorService.method.listCanaries)
  async listCanaries({
    tenant,
    agent,
    status,
    limit,
  }: ListCanariesQuery): Promise<MessageInitShape<typeof CanaryListSchema>> {
    const rows = await this.watched.list(tenant, agent, status, Math.min(limit || LISTED, MOST_LISTED));
    const findings = await this.watched.findings(
      tenant,
      rows.map(({ id }) => id),
    );
    return {
      canaries: rows.map((row) =>
        canaryView(
          fromStore(RolloutSchema, row.rollout),
          row,
          findings.filter(({ rollout }) => rollout === row.id),
        ),
      ),
    };
  }
}
