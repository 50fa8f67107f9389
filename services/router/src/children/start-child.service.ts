import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import {
  contentAddress,
  fromValue,
  newId,
  SwitchyardError,
  toValue,
  type ParentRun,
  type RunEvent,
  type StartChildRequest,
} from '@switchyard/contracts';
import {
  hasEnded,
  initialState,
  JournalStore,
  prepareAppend,
  RunTrees,
  type EventDraft,
  type RunState,
} from '@switchyard/journal';
import { CONFIG } from '@switchyard/service';
import { currentTraceId, metrics } from '@switchyard/telemetry';
import { AgentsService } from '../agents/agents.service.js';
import { BackendsService } from '../backends/backends.service.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { ArmsService } from '../rollouts/arms.service.js';
import { RoutingService } from '../routing/routing.service.js';
import { alreadyEnded, runNotFound } from '../runs/run-errors.js';
import { TasksRepository, type NewTask, type TaskRow } from '../tasks/tasks.repository.js';
import { callerConversation } from './caller-conversation.js';
import { checkFanOut, limitsBelow, openCallOf, placeBelow } from './child-rules.js';
import { OneAtATime } from './one-at-a-time.js';

/** A caller that is advanced meanwhile (input came, another call was settled) is read again so often. */
const ATTEMPTS = 10;

export interface StartedChild {
  runId: string;
  /** It was started before, and has ended since. */
  ended: boolean;
}

interface Planned {
  task: NewTask;
  drafts: EventDraft[];
}

/**
 * Starts the run that answers a call of an agent.
 *
 * A call starts one run, whoever asks and however often: the idempotency key of its task is made of the run and the call.
 * A run that has ended starts nothing: its row is held while the child is written, so that its end is either seen here, or
 * comes after the child and finds it.
 */
@Injectable()
export class StartChildService {
  /** Starts of one caller meet at its row anyway: waiting here, they hold no connection meanwhile. */
  readonly #starts = new OneAtATime();

  constructor(
    @Inject(TasksRepository) private readonly tasks: TasksRepository,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(RunTrees) private readonly trees: RunTrees,
    @Inject(AgentsService) private readonly agents: AgentsService,
    @Inject(BackendsService) private readonly backends: BackendsService,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(ArmsService) private readonly arms: ArmsService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RoutingService) private readonly routing: RoutingService,
  ) {}

  /**
   * Resolves once the child is committed.
   *
   * @throws SwitchyardError terminal, for the model: `run.too_deep`, `run.agent_loop`, `run.too_many_children`,
   *   `run.limit_exceeded`, `agent.not_found`, `backend.…`; terminal, for who is stale: `run.already_ended`,
   *   `run.call_not_open`, `run.not_found`, `task.conflict`; retryable: `backend.none_suitable`, `journal.conflict`, `database.…`
   */
  async start(request: StartChildRequest): Promise<StartedChild> {
    const key = `child:${request.runId}:${request.callId}`;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const known = await this.tasks.findByKey(request.tenant, key);
      if (known) return this.known(request, known);
      const started = await this.#starts.run(request.runId, () => this.attempt(request, key)).catch(unlessChanged);
      if (started) return started;
    }
    throw changed(request.runId);
  }

  /**
   * Undefined where another one started the child meanwhile.
   *
   * @throws SwitchyardError `journal.conflict` where the caller was advanced meanwhile
   */
  private async attempt(request: StartChildRequest, key: string): Promise<StartedChild | undefined> {
    const caller = await this.callerOf(request);
    // What was said is told only to who takes over.
    const events = request.handoff ? await this.journal.loadAfter(caller.runId, 0) : [];
    const { task, drafts } = await this.plan(request, caller, events, key);
    const identity = { ...task, idempotencyKey: key };
    const before = initialState(identity);
    const accepted = prepareAppend(before, drafts);
    const row = await this.tasks.acceptAlone(task, async (manager) => {
      const held = await this.trees.hold(manager, caller.runId);
      if (!held) throw alreadyEnded(caller, 'start below it');
      if (held.seq !== caller.seq) throw changed(caller.runId);
      checkFanOut(caller, held.children, this.config.limits);
      await this.journal.append(before, drafts, { manager });
    });
    if (!row) return undefined;
    metrics.counter('switchyard_router_children_total', 'Runs that calls of agents started.').inc();
    const { tenant, run_id: runId, backend } = row;
    void this.dispatcher.announce(accepted.events, {
      tenant,
      runId,
      backend,
      cause: 'accepted',
      msgId: `${runId}:accepted`,
    });
    return { runId, ended: false };
  }

  private async callerOf({ tenant, runId }: StartChildRequest): Promise<RunState> {
    const caller = await this.journal.loadState(runId);
    if (caller.tenant !== tenant) throw runNotFound(runId);
    if (hasEnded(caller)) throw alreadyEnded(caller, 'start below it');
    return caller;
  }

  private async plan(
    request: StartChildRequest,
    caller: RunState,
    events: readonly RunEvent[],
    key: string,
  ): Promise<Planned> {
    const { tenant, agent: name, handoff } = request;
    const parent = placeBelow(caller, openCallOf(caller, request), this.config.limits);
    const runId = newId('run');
    const [agent, candidates] = await Promise.all([this.agents.forNewRun(tenant, name), this.backends.list()]);
    const { thread, user } = caller;
    const input = fromValue(request.input);
    const placed = await this.arms.place(tenant, agent, { thread, user, run: runId }, (definition) =>
      this.routing.choose({ tenant, runId, definition, user, metadata: {}, input, candidates }),
    );
    const { version: agentVersion, definition, rollout, rolloutArm } = placed;
    const { backend, reason, routing } = placed.chosen;
    const value = {
      agentVersion,
      ...{ rollout, rolloutArm },
      backend: backend.name,
      input: toValue(input),
      user: caller.user,
      limits: limitsBelow(caller, definition.limits, this.config.limits, new Date()),
      routingReason: placed.reason === '' ? reason : `${placed.reason}; ${reason}`,
      ...(routing ? { routing } : {}),
      fallbacks: definition.model?.fallbacks ?? [],
      priority: caller.priority,
      parent,
    };
    const task: NewTask = {
      tenant,
      taskId: newId('task'),
      runId,
      key,
      fingerprint: contentAddress({ agent: name, input }),
      agent: definition.name,
      backend: backend.name,
      thread: undefined,
      priority: caller.priority === 'high' ? 1 : 0,
    };
    const stamp = { actor: 'router', traceId: currentTraceId() ?? caller.traceId };
    const drafts: EventDraft[] = [{ ...stamp, body: { case: 'runAccepted', value } }];
    if (handoff) drafts.push(...told(parent, events).map((draft) => ({ ...stamp, ...draft })));
    return { task, drafts };
  }

  /** An earlier request started it, whether its answer arrived or not. */
  private async known({ runId, callId }: StartChildRequest, task: TaskRow): Promise<StartedChild> {
    const run = await this.journal.findRun(task.run_id);
    if (run?.parent?.runId === runId && run.parent.callId === callId) {
      return { runId: run.runId, ended: hasEnded(run) };
    }
    throw new SwitchyardError(
      'task.conflict',
      `The idempotency key of the call ${callId} belongs to another task, ${task.task_id}: somebody published it with that key. Nothing was started.`,
      { details: { task_id: task.task_id, run_id: task.run_id } },
    );
  }
}

function changed(runId: string): SwitchyardError {
  return new SwitchyardError(
    'journal.conflict',
    `The run ${runId} was advanced again and again while a run below it was to be started. Try again.`,
    { retryable: true, details: { run_id: runId } },
  );
}

/** Then all is looked at again. */
function unlessChanged(error: unknown): undefined {
  if (error instanceof SwitchyardError && error.code === 'journal.conflict') return undefined;
  throw error;
}

/** Who takes a conversation over is told what was said in it. */
function told({ runId }: ParentRun, events: readonly RunEvent[]): Pick<EventDraft, 'body'>[] {
  const messages = callerConversation(events);
  if (messages.length === 0) return [];
  return [{ body: { case: 'inputAppended', value: { source: 'thread', messages, references: [runId] } } }];
}
