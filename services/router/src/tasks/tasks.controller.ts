import { Controller, Inject } from '@nestjs/common';
import { Bus, Rpc, subjectTokens, Work, type ConsumerSpec, type WorkContext } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  RouterService,
  SubmitReplySchema,
  SwitchyardError,
  TaskRequestSchema,
  type TaskRequest,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import type { Init } from '../shared/init.js';
import { keyOfPlace, readTask } from './read-task.js';
import { SubmitService } from './submit.service.js';

/** Tasks from the RPC and from the stream INTAKE. */
@Controller()
export class TasksController {
  constructor(
    @Inject(SubmitService) private readonly tasks: SubmitService,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Answers after the commit; the bus is told meanwhile. */
  @Rpc(RouterService.method.submit)
  async submit(request: TaskRequest): Promise<Init<typeof SubmitReplySchema>> {
    const read = readTask(request, {
      tenant: request.tenant || this.config.tenant,
      maxBytes: this.config.limits.taskBytes,
    });
    const { task, duplicate } = await this.tasks.submit(read);
    return { taskId: task.task_id, runId: task.run_id, duplicate, joined: task.joined_run_id !== null };
  }

  /** The subject says whose task it is, whatever the body says. Acknowledged after the commit and after the bus was told. */
  @Work('tasks', TaskRequestSchema)
  async published(request: TaskRequest, context: WorkContext): Promise<void> {
    const [tenant = ''] = subjectTokens(context.subject, this.bus.prefix).tokens;
    const read = readTask(request, {
      tenant,
      key: context.msgId ?? keyOfPlace(context),
      fresh: context.msgId === undefined && context.delivery === 1,
      maxBytes: this.config.limits.taskBytes,
    });
    try {
      const { announced } = await this.tasks.submit(read);
      await announced;
    } catch (error) {
      throw withoutRetry(error);
    }
  }
}

/** All tenants' tasks. */
export function tasksConsumer({ subjects }: Bus): ConsumerSpec {
  return { kind: 'tasks', durable: 'router', filters: [subjects.tasks('*')], concurrency: 64 };
}

/** An agent that rejects a second message has it rejected: trying again would be queueing. */
function withoutRetry(error: unknown): unknown {
  if (!(error instanceof SwitchyardError) || error.code !== 'thread.busy') return error;
  return new SwitchyardError(error.code, error.message, { details: error.details, cause: error });
}
