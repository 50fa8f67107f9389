import { Inject, Injectable } from '@nestjs/common';
import {
  LimitsSchema,
  create,
  newId,
  SwitchyardError,
  type AgentDefinition,
  type Limits,
  type RunEvent,
  type TaskRequest,
} from '@switchyard/contracts';
import { hasEnded, initialState, JournalStore, prepareAppend, type EventDraft } from '@switchyard/journal';
import { currentTraceId, metrics } from '@switchyard/telemetry';
import type { EntityManager } from 'typeorm';
import { AgentsService } from '../agents/agents.service.js';
import { BackendsService } from '../backends/backends.service.js';
import { chooseBackend } from '../backends/choose-backend.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { ThreadsService } from '../dispatch/threads.service.js';
import type { ReadTask } from './read-task.js';
import { TasksRepository, type NewTask, type TaskRow } from './tasks.repository.js';

export interface Submitted {
  task: TaskRow;
  /** The key was known: nothing was started. */
  duplicate: boolean;
  /** Resolves when the bus was told, as far as it took it. Never rejects. */
  announced: Promise<void>;
}

/**
 * Accepts tasks.
 *
 * A task is neither lost nor doubled, wherever a process dies:
 * - the task's row and its run's first event are one commit, so that there is no half acceptance to repair;
 * - the unique key (tenant, idempotency key) makes a second acceptance of the same task impossible; a task on the bus without
 *   a key has one made from its place in the stream, so that its redelivery is the same task;
 * - before the commit: the caller has no answer, or the message is not acknowledged and comes again;
 * - after the commit and before the bus was told: the reconciler finds the task, which nobody reported as dispatched.
 */
@Injectable()
export class SubmitService {
  constructor(
    @Inject(TasksRepository) private readonly tasks: TasksRepository,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(AgentsService) private readonly agents: AgentsService,
    @Inject(BackendsService) private readonly backends: BackendsService,
    @Inject(ThreadsService) private readonly threads: ThreadsService,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
  ) {}

  /**
   * Resolves once the task is committed.
   *
   * @throws SwitchyardError `agent.not_found`, `backend.not_found`, `backend.none_suitable`, `task.conflict`, `thread.busy`,
   *   `database.…`
   */
  async submit(read: ReadTask): Promise<Submitted> {
    const known = read.fresh ? undefined : await this.findKnown(read);
    if (known) return this.duplicate(read, known);
    const { task, draft, policy } = await this.plan(read);
    const accepted = await this.accept(read, task, draft, policy);
    if (!accepted) return this.acceptedElsewhere(read);
    counter().inc({ outcome: 'accepted' });
    return { task: accepted.row, duplicate: false, announced: this.announce(accepted.row, accepted.events) };
  }

  private async plan(read: ReadTask): Promise<{ task: NewTask; draft: EventDraft; policy: string }> {
    const { request, tenant, key, fingerprint } = read;
    const [agent, candidates] = await Promise.all([this.agents.current(tenant, request.agent), this.backends.list()]);
    const { definition } = agent;
    const { backend, reason } = chooseBackend({
      requirement: definition.model,
      override: request.backend,
      usesTools: definition.tools.length > 0,
      candidates,
      nowMs: Date.now(),
    });
    const value = {
      agentVersion: agent.version,
      backend: backend.name,
      ...(request.input ? { input: request.input } : {}),
      thread: request.thread,
      user: request.user,
      limits: tighter(request.limits, definition),
      metadata: request.metadata,
      routingReason: reason,
      fallbacks: fallbacksOf(request, definition),
      priority: request.priority === 'high' ? request.priority : '',
    };
    const task: NewTask = {
      tenant,
      taskId: newId('task'),
      runId: newId('run'),
      key,
      fingerprint,
      agent: definition.name,
      backend: backend.name,
      thread: request.thread || undefined,
      priority: request.priority === 'high' ? 1 : 0,
    };
    return {
      task,
      draft: { body: { case: 'runAccepted', value }, actor: 'router', traceId: currentTraceId() ?? '' },
      policy: definition.concurrency,
    };
  }

  private async accept(
    read: ReadTask,
    task: NewTask,
    draft: EventDraft,
    policy: string,
  ): Promise<{ row: TaskRow; events: RunEvent[] } | undefined> {
    const identity = {
      tenant: task.tenant,
      runId: task.runId,
      taskId: task.taskId,
      agent: task.agent,
      idempotencyKey: read.key ?? '',
    };
    const before = initialState(identity);
    const { events, item } = prepareAppend(before, [draft]);
    const { thread } = task;
    const row =
      thread === undefined
        ? await this.tasks.accept(task, item)
        : await this.acceptInThread(task, thread, async (manager, accepted) => {
            if (policy === 'reject' && (await this.tasks.isBusy(manager, accepted))) throw busy(thread);
            await this.journal.append(before, [draft], { manager });
          });
    return row && { row, events };
  }

  private async acceptInThread(
    task: NewTask,
    thread: string,
    journalIt: (manager: EntityManager, row: TaskRow) => Promise<void>,
  ): Promise<TaskRow | undefined> {
    try {
      return await this.tasks.acceptInThread(task, thread, journalIt);
    } catch (error) {
      // The end of the earlier run may be journaled, and its message on the way to us.
      if (!isBusy(error) || !(await this.settleEnded(task.tenant, thread))) throw error;
      return this.tasks.acceptInThread(task, thread, journalIt);
    }
  }

  /** Whether a run of the thread that counted as open has ended. */
  private async settleEnded(tenant: string, thread: string): Promise<boolean> {
    const [head] = await this.tasks.openOfThread(tenant, thread, 1);
    if (!head) return true;
    const run = await this.journal.findRun(head.run_id);
    if (!run || !hasEnded(run)) return false;
    await this.threads.runEnded(head.run_id);
    return true;
  }

  private async acceptedElsewhere(read: ReadTask): Promise<Submitted> {
    const known = await this.findKnown(read);
    if (known) return this.duplicate(read, known);
    throw new SwitchyardError(
      'database.serialization',
      'The task was accepted by another router at this moment. Send it again with the same key.',
      {
        retryable: true,
      },
    );
  }

  private async findKnown({ tenant, key }: ReadTask): Promise<TaskRow | undefined> {
    return key === undefined ? undefined : this.tasks.findByKey(tenant, key);
  }

  private duplicate(read: ReadTask, known: TaskRow): Submitted {
    if (known.fingerprint !== read.fingerprint) {
      throw new SwitchyardError(
        'task.conflict',
        `The idempotency key "${read.key ?? ''}" belongs to another task, ${known.task_id}, with other content. Use a new key for a new task.`,
        { details: { task_id: known.task_id, run_id: known.run_id } },
      );
    }
    counter().inc({ outcome: 'duplicate' });
    return { task: known, duplicate: true, announced: Promise.resolve() };
  }

  /** Never rejects: all of it is done again by the reconciler. */
  private async announce(task: TaskRow, events: readonly RunEvent[]): Promise<void> {
    const { tenant, run_id: runId, backend, thread } = task;
    if (thread === null) {
      return this.dispatcher.announce(events, {
        tenant,
        runId,
        backend,
        cause: 'accepted',
        msgId: `${runId}:accepted`,
      });
    }
    await Promise.all([
      this.dispatcher.announce(events),
      this.dispatcher.later(runId, this.threads.advance(tenant, thread)),
    ]);
  }
}

/** A task that names its backend has decided, e.g. one that measures it: it moves only where it says so itself. */
function fallbacksOf({ backend, fallbacks }: TaskRequest, { model }: AgentDefinition): string[] {
  return backend === '' && fallbacks.length === 0 ? (model?.fallbacks ?? []) : fallbacks;
}

function tighter(task: Limits | undefined, agent: AgentDefinition): Limits {
  const least = (field: 'turns' | 'tokens' | 'seconds' | 'costUsd'): number => {
    const given = [task?.[field] ?? 0, agent.limits?.[field] ?? 0].filter((limit) => limit > 0);
    return given.length === 0 ? 0 : Math.min(...given);
  };
  return create(LimitsSchema, {
    turns: least('turns'),
    tokens: least('tokens'),
    seconds: least('seconds'),
    costUsd: least('costUsd'),
  });
}

function busy(thread: string): SwitchyardError {
  return new SwitchyardError(
    'thread.busy',
    `The thread "${thread}" has a run that has not ended, and its agent takes no second one meanwhile (concurrency: reject). Wait for its end, or cancel it.`,
    { retryable: true, details: { thread } },
  );
}

function isBusy(error: unknown): boolean {
  return error instanceof SwitchyardError && error.code === 'thread.busy';
}

function counter() {
  return metrics.counter('switchyard_router_tasks_total', 'Tasks by what became of them.', ['outcome']);
}
