import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  RouterService,
  type RunStateQuery,
  type RunStateView,
  type RunStepsQuery,
  type RunStepsSchema,
} from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { ReplayService } from './replay.service.js';

@Controller()
export class ReplayController {
  constructor(@Inject(ReplayService) private readonly replay: ReplayService) {}

  @Rpc(RouterService.method.getRunState)
  state({ tenant, runId, seq }: RunStateQuery): Promise<RunStateView> {
    return this.replay.stateAt(tenant, runId, seq);
  }

  @Rpc(RouterService.method.listRunSteps)
  steps(query: RunStepsQuery): Promise<Init<typeof RunStepsSchema>> {
    return this.replay.steps(query);
  }
}
