import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { RouterService, timestampFromDate, type QueueListSchema, type QueuesQuery } from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { WaitingTasksRepository } from './waiting-tasks.repository.js';

/** What waits to be admitted, for those who want to know why a run does not begin. */
@Controller()
export class QueuesController {
  constructor(@Inject(WaitingTasksRepository) private readonly waiting: WaitingTasksRepository) {}

  @Rpc(RouterService.method.listQueues)
  async list({ tenant }: QueuesQuery): Promise<Init<typeof QueueListSchema>> {
    const rows = await this.waiting.queues(tenant);
    return {
      queues: rows.map(({ priority, oldest, ...row }) => ({
        ...row,
        priority: priority > 0 ? 'high' : '',
        oldest: timestampFromDate(oldest),
      })),
    };
  }
}
