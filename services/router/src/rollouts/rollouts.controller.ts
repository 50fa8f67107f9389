import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  RouterService,
  type ChangeRolloutRequest,
  type EndRolloutRequest,
  type ListRolloutsQuery,
  type Rollout,
  type RolloutListSchema,
  type RolloutQuery,
  type StartRolloutRequest,
} from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { rolloutMessage } from './rollout-message.js';
import { RolloutsService } from './rollouts.service.js';

@Controller()
export class RolloutsController {
  constructor(@Inject(RolloutsService) private readonly rollouts: RolloutsService) {}

  @Rpc(RouterService.method.startRollout)
  async start(request: StartRolloutRequest): Promise<Rollout> {
    return rolloutMessage(await this.rollouts.start(request));
  }

  @Rpc(RouterService.method.getRollout)
  async get({ tenant, id }: RolloutQuery): Promise<Rollout> {
    return rolloutMessage(await this.rollouts.get(tenant, id));
  }

  @Rpc(RouterService.method.listRollouts)
  list(query: ListRolloutsQuery): Promise<Init<typeof RolloutListSchema>> {
    return this.rollouts.list(query);
  }

  @Rpc(RouterService.method.changeRollout)
  async change(request: ChangeRolloutRequest): Promise<Rollout> {
    return rolloutMessage(await this.rollouts.change(request));
  }

  @Rpc(RouterService.method.endRollout)
  async end(request: EndRolloutRequest): Promise<Rollout> {
    return rolloutMessage(await this.rollouts.end(request));
  }
}
