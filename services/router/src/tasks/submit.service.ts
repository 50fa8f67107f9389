import { Inject, Injectable } from '@nestjs/common';
import {
  LimitsSchema,
  create,
  fromValue,
  newId,
  SwitchyardError,
  withoutReplayMark,
  type AgentDefinition,
  type Limits,
  type TaskRequest,
} from '@switchyard/contracts';
import { initialState, JournalStore, prepareAppend, RunTrees, type EventDraft } from '@switchyard/journal';
import { currentTraceId, metrics } from '@switchyard/telemetry';
import { AdmissionService } from '../admission/admission.service.js';
import { AgentsService, CURRENT, type NewRunAgent } from '../agents/agents.service.js';
import { BackendsService } from '../backends/backends.service.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { RunNotices } from '../dispatch/run-notices.service.js';
import { INTERRUPTED_BY, ThreadsService } from '../dispatch/threads.service.js';
import { ArmsService } from '../rollouts/arms.service.js';
import { RoutingService } from '../routing/routing.service.js';
import { FixturesService } from '../fixtures/fixtures.service.js';
import type { ReadTask } from './read-task.js';
import { taskDifferences } from './task-differences.js';
import { ThreadTasks, type AcceptedInThread } from './thread-tasks.service.js';
import { MAX_HANDOVERS, threadHolder } from './thread-holder.js';
import { TasksRepository, type NewTask, type TaskRow } from './tasks.repository.js';

export interface Submitted {
  /** Its `run_id` is the run that it has, or has joined. */
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
    @Inject(RunTrees) private readonly trees: RunTrees,
    @Inject(AgentsService) private readonly agents: AgentsService,
    @Inject(BackendsService) private readonly backends: BackendsService,
    @Inject(ThreadsService) private readonly threads: ThreadsService,
    @Inject(ThreadTasks) private readonly inThreads: ThreadTasks,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(RunNotices) private readonly notices: RunNotices,
    @Inject(FixturesService) private readonly fixtures: FixturesService,
    @Inject(AdmissionService) private readonly admission: AdmissionService,
    @Inject(ArmsService) private readonly arms: ArmsService,
    @Inject(RoutingService) private readonly routing: RoutingService,
  ) {}

  /**
   * Resolves once the task is committed.
   *
   * @throws SwitchyardError `agent.not_found`, `backend.not_found`, `backend.none_suitable`, `routing.none_suitable`,
   *   `routing.unavailable`, `task.conflict`, `task.invalid`, `run.not_found` (of its fixtures), `thread.busy`, `database.…`
   */
  async submit(read: ReadTask): Promise<Submitted> {
    const known = read.fresh ? undefined : await this.findKnown(read);
    if (known) return this.duplicate(read, known);
    const { task, agent, draft, policy } = await this.plan(read);
    const accepted = await this.accept(read, task, agent, draft, policy);
    if (!accepted) return this.acceptedElsewhere(read);
    counter().inc({ outcome: accepted.joined ? 'joined' : 'accepted' });
    return { task: ofItsRun(accepted.row), duplicate: false, announced: this.announce(accepted) };
  }

  /** `agent` is whose run it becomes: the task's, or who has its thread. */
  private async plan(read: ReadTask): Promise<{ task: NewTask; agent: string; draft: EventDraft; policy: string }> {
    const { request, tenant, key, fingerprint } = read;
    const runId = newId('run');
    const [asked, candidates, fixtures] = await Promise.all([
      this.agents.forNewRun(tenant, request.agent, versionOf(request)),
      this.backends.list(),
      this.fixtures.resolve(tenant, request),
    ]);
    const agent = await this.holderOf(read, asked);
    const { thread, user } = request;
    const placed = await this.arms.place(tenant, agent, { thread, user, run: runId }, (definition) =>
      this.routing.choose({
        ...{ tenant, runId, definition, candidates, backend: request.backend },
        ...{ user, metadata: request.metadata, input: fromValue(request.input) },
      }),
    );
    const { version: agentVersion, definition, rollout, rolloutArm } = placed;
    const { backend, reason, routing } = placed.chosen;
    const handedOver = `"${request.agent}" handed the thread over to "${definition.name}"`;
    const value = {
      agentVersion,
      ...{ rollout, rolloutArm },
      backend: backend.name,
      ...(request.input ? { input: request.input } : {}),
      thread: request.thread,
      user: request.user,
      limits: tighter(request.limits, definition),
      metadata: { ...withoutReplayMark(request.metadata), ...fixtures?.metadata },
      routingReason: [agent === asked ? '' : handedOver, placed.reason, reason]
        .filter((part) => part !== '')
        .join('; '),
      ...(routing ? { routing } : {}),
      fallbacks: fallbacksOf(request, definition),
      priority: request.priority === 'high' ? request.priority : '',
      ...(fixtures ? { recordedAnswers: fixtures.recordedAnswers } : {}),
    };
    const task: NewTask = {
      tenant,
      taskId: newId('task'),
      runId,
      key,
      fingerprint,
      agent: asked.definition.name,
      backend: backend.name,
      thread: request.thread || undefined,
      priority: request.priority === 'high' ? 1 : 0,
    };
    return {
      task,
      agent: definition.name,
      draft: {
        body: { case: 'runAccepted', value },
        actor: 'router',
        traceId: currentTraceId() ?? '',
        payloads: fixtures?.payloads ?? [],
      },
      policy: definition.concurrency,
    };
  }

  private async accept(
    read: ReadTask,
    task: NewTask,
    agent: string,
    draft: EventDraft,
    policy: string,
  ): Promise<AcceptedInThread | undefined> {
    const identity = {
      tenant: task.tenant,
      runId: task.runId,
      taskId: task.taskId,
      agent,
      idempotencyKey: read.key ?? '',
    };
    const before = initialState(identity);
    const { thread } = task;
    if (thread !== undefined) {
      const { user, input } = read.request;
      return this.inThreads.accept({ task, thread, policy, user, input: fromValue(input), before, draft });
    }
    const { item, ...appended } = prepareAppend(before, [draft]);
    const row = await this.tasks.accept({ ...task, waiting: !this.admission.admits(task.backend, task.runId) }, item);
    return row && { row, appended, joined: false, interrupted: [] };
  }

  /**
   * Whose run a task of this thread becomes: another one's where the agent that it is addressed to handed the thread over. A
   * task that names a version is executed by that.
   */
  private async holderOf({ request, tenant }: ReadTask, asked: NewRunAgent): Promise<NewRunAgent> {
    const { thread, agentVersion } = request;
    const { name, handoffs } = asked.definition;
    const mayHandOver = handoffs.length > 0 || (asked.rollout?.candidate?.definition.handoffs.length ?? 0) > 0;
    if (thread === '' || !mayHandOver || !['', CURRENT].includes(agentVersion)) return asked;
    const holder = threadHolder(name, await this.trees.handoversOf(tenant, thread, MAX_HANDOVERS));
    return holder === name ? asked : this.agents.forNewRun(tenant, holder, versionOf(request));
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

  private async duplicate(read: ReadTask, known: TaskRow): Promise<Submitted> {
    if (known.fingerprint !== read.fingerprint) throw await this.conflict(read, known);
    counter().inc({ outcome: 'duplicate' });
    return { task: ofItsRun(known), duplicate: true, announced: Promise.resolve() };
  }

  private async conflict({ key = '', request }: ReadTask, known: TaskRow): Promise<SwitchyardError> {
    const run = known.joined_run_id === null ? await this.journal.findRun(known.run_id) : undefined;
    const differs = taskDifferences(request, known, run);
    const { task_id, run_id } = ofItsRun(known);
    return new SwitchyardError(
      'task.conflict',
      `The idempotency key "${key}" belongs to another task, ${task_id}, with other content: ${differs.join(', ')}. Use a new key for a new task.`,
      { details: { task_id, run_id, differs } },
    );
  }

  /** Never rejects: all of it is done again by the reconciler. */
  private async announce({ row, appended, joined, interrupted }: AcceptedInThread): Promise<void> {
    for (const ended of interrupted) this.notices.cancelled(ended, `${INTERRUPTED_BY}${row.run_id}`, 'router');
    const { tenant, run_id: runId, backend, thread, waiting } = row;
    if (joined) return this.notices.added(appended);
    if (waiting) this.admission.waits(backend);
    if (waiting) return this.dispatcher.announce(appended.events);
    if (thread === null) {
      return this.dispatcher.announce(appended.events, {
        tenant,
        runId,
        backend,
        cause: 'accepted',
        msgId: `${runId}:accepted`,
      });
    }
    await Promise.all([
      this.dispatcher.announce(appended.events),
      this.dispatcher.later(runId, this.threads.advance(tenant, thread)),
    ]);
  }
}

/** With the run that it has, or has joined. */
function ofItsRun(row: TaskRow): TaskRow {
  return row.joined_run_id === null ? row : { ...row, run_id: row.joined_run_id };
}

/** A task that names its backend has decided, e.g. one that measures it: it moves only where it says so itself. */
function fallbacksOf({ backend, fallbacks }: TaskRequest, { model }: AgentDefinition): string[] {
  return backend === '' && fallbacks.length === 0 ? (model?.fallbacks ?? []) : fallbacks;
}

/** As `AgentsService.forNewRun` takes it. No rollout decides for a task that has decided itself, or that tries things out. */
function versionOf({ agentVersion, backend, fixtures }: TaskRequest): string {
  return agentVersion !== '' || (backend === '' && !fixtures) ? agentVersion : CURRENT;
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

function counter() {
  return metrics.counter('switchyard_router_tasks_total', 'Tasks by what became of them.', ['outcome']);
}
