import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { RouterService, SubmitReplySchema, type ForkRunRequest } from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { ForkService } from './fork.service.js';

@Controller()
export class ForksController {
  constructor(@Inject(ForkService) private readonly forks: ForkService) {}

  /** Answers after the commit; the bus is told meanwhile. */
  @Rpc(RouterService.method.forkRun)
  async fork(request: ForkRunRequest): Promise<Init<typeof SubmitReplySchema>> {
    const { task, duplicate } = await this.forks.fork(request);
    return { taskId: task.task_id, runId: task.run_id, duplicate };
  }
}
