import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  EventListSchema,
  RouterService,
  RunListSchema,
  type CancelRequest,
  type FallBackReplySchema,
  type FallBackRequest,
  type ListEventsQuery,
  type ListRunsQuery,
  type PayloadQuery,
  type PayloadSchema,
  type Run,
  type RunQuery,
  type RunTree,
  type SwitchRunRequest,
} from '@switchyard/contracts';
import { RedrivesRepository } from '../redrives/redrives.repository.js';
import type { Init } from '../shared/init.js';
import { PayloadsService } from './payloads.service.js';
import { runMessage } from './run-message.js';
import { RunsService } from './runs.service.js';
import { SwitchService } from './switch.service.js';

@Controller()
export class RunsController {
  constructor(
    @Inject(RunsService) private readonly runs: RunsService,
    @Inject(SwitchService) private readonly switches: SwitchService,
    @Inject(RedrivesRepository) private readonly redrives: RedrivesRepository,
    @Inject(PayloadsService) private readonly payloads: PayloadsService,
  ) {}

  @Rpc(RouterService.method.getRun)
  async get({ tenant, runId }: RunQuery): Promise<Run> {
    const run = runMessage(await this.runs.get(tenant, runId));
    if (run.status === 'failed') run.redrivenAs = await this.redrives.redrivenAs(tenant, runId);
    return run;
  }

  @Rpc(RouterService.method.listRuns)
  async list(query: ListRunsQuery): Promise<Init<typeof RunListSchema>> {
    return this.runs.list(query);
  }

  @Rpc(RouterService.method.getRunTree)
  tree({ tenant, runId }: RunQuery): Promise<RunTree> {
    return this.runs.tree(tenant, runId);
  }

  @Rpc(RouterService.method.listEvents)
  async events({ tenant, runId, afterSeq, limit }: ListEventsQuery): Promise<Init<typeof EventListSchema>> {
    return this.runs.events(tenant, runId, afterSeq, limit);
  }

  @Rpc(RouterService.method.getPayload)
  payload(query: PayloadQuery): Promise<Init<typeof PayloadSchema>> {
    return this.payloads.part(query);
  }

  @Rpc(RouterService.method.switchRun)
  async switch(request: SwitchRunRequest): Promise<Run> {
    await this.switches.switchRun(request);
    return runMessage(await this.runs.get(request.tenant, request.runId));
  }

  @Rpc(RouterService.method.fallBack)
  fallBack(request: FallBackRequest): Promise<Init<typeof FallBackReplySchema>> {
    return this.switches.fallBack(request);
  }

  @Rpc(RouterService.method.cancel)
  async cancel(request: CancelRequest): Promise<Run> {
    return runMessage(await this.runs.cancel(request));
  }
}
