import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  EventListSchema,
  RouterService,
  RunListSchema,
  type CancelRequest,
  type ListEventsQuery,
  type ListRunsQuery,
  type Run,
  type RunQuery,
} from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { runMessage } from './run-message.js';
import { RunsService } from './runs.service.js';

@Controller()
export class RunsController {
  constructor(@Inject(RunsService) private readonly runs: RunsService) {}

  @Rpc(RouterService.method.getRun)
  async get({ tenant, runId }: RunQuery): Promise<Run> {
    return runMessage(await this.runs.get(tenant, runId));
  }

  @Rpc(RouterService.method.listRuns)
  async list(query: ListRunsQuery): Promise<Init<typeof RunListSchema>> {
    return this.runs.list(query);
  }

  @Rpc(RouterService.method.listEvents)
  async events({ tenant, runId, afterSeq, limit }: ListEventsQuery): Promise<Init<typeof EventListSchema>> {
    return this.runs.events(tenant, runId, afterSeq, limit);
  }

  @Rpc(RouterService.method.cancel)
  async cancel(request: CancelRequest): Promise<Run> {
    return runMessage(await this.runs.cancel(request));
  }
}
