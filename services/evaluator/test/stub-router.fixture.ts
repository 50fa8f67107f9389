import { Controller, Inject, Module } from '@nestjs/common';
import { Bus, Rpc, Work } from '@switchyard/bus';
import type { RunAcceptedSchema } from '@switchyard/contracts';
import type { ModelRequirementSchema } from '@switchyard/contracts';
import {
  BackendSwitchSchema,
  contentAddress,
  eventTypeOf,
  newId,
  REPLAY_MARK,
  RouterService,
  RunEventSchema,
  RunSchema,
  SwitchyardError,
  TaskRequestSchema,
  timestampFromMs,
  toValue,
  type AgentQuery,
  type ApplyAgentRequest,
  type BackendQuery,
  type CancelRequest,
  type EndRolloutRequest,
  type JsonObject,
  type JsonValue,
  type ListEventsQuery,
  type ListRolloutsQuery,
  type MessageInitShape,
  type PayloadQuery,
  type RolloutQuery,
  type Run,
  type RunEvent,
  type RunQuery,
  type StartRolloutRequest,
  timestampMs,
  type TaskRequest,
  create,
} from '@switchyard/contracts';
import type { ServiceDefinition } from '@switchyard/service';
import { StubAgents } from './stub-agents.fixture.js';
import { StubRollouts } from './stub-rollouts.fixture.js';
import { currentTraceId } from '@switchyard/telemetry';

type Body = NonNullable<MessageInitShape<typeof RunEventSchema>['body']>;

/** What becomes of a task. `hold`: accepted, and nothing more until the test ends it. */
export type Answer =
  | { output: JsonValue; tools?: string[]; costUsd?: number; durationMs?: number; as?: AnsweredAs }
  | { error: string; tools?: string[]; details?: JsonObject }
  | 'hold'
  | 'dead';

/** What the endpoint is like. */
export interface AnsweredAs {
  model: string;
  inputTokens: number;
  /** Of the model turn. */
  turnMs: number;
}

interface StubRun {
  task: TaskRequest;
  tenant: string;
  runId: string;
  journal: RunEvent[];
}

export const FINGERPRINT = `sha256:${'a'.repeat(64)}`;

/** Stands for router and executor: accepts tasks once a key, journals, and tells EVENTS, on the real bus. */
export class StubRouter {
  readonly agents = new Set(['helper']);
  /** What agents say of their model, where a test needs it said. */
  readonly models = new Map<string, MessageInitShape<typeof ModelRequirementSchema>>();
  readonly backends = new Set(['sim']);
  readonly runs = new Map<string, StubRun>();
  readonly cancelled: string[] = [];
  /** Trace ids of the tasks, as they came. */
  readonly traces: string[] = [];
  /** JSON texts of values that are too large for one message, by their hash. */
  readonly payloads = new Map<string, string>();
  /** Ends of runs that no task was published for. */
  readonly ends = new Map<string, RunEvent>();
  /** Deliveries of tasks, repetitions included. */
  delivered = 0;
  /** Which runs were moved to another backend. */
  isMoved: (runId: string) => boolean = () => false;
  /** What more the router's record of a run says. */
  also: (runId: string) => Partial<Omit<Run, '$typeName' | '$unknown'>> = () => ({});
  /** What the journals of runs begin with, besides. */
  began: (runId: string) => MessageInitShape<typeof RunAcceptedSchema> = () => ({});
  answer: (task: TaskRequest) => Answer = () => ({ output: 'yes' });
  /** How often each event is told. */
  copies = 1;
  /** Event types that never reach the bus. */
  readonly silent = new Set<string>();
  readonly rollouts = new StubRollouts();
  /** Agents with definitions; of the others only the names are known. */
  readonly definitions = new StubAgents();
  bus: Bus | undefined;
  /** Versions of agents that were kept besides the current ones, by what names them. */
  readonly versions = new Map<string, string>();

  /** The content address of the version that is meant; the current one where none is named. */
  versionOf(agent: string, named: string): string {
    const version = named === '' ? 'sha256:v' : this.versions.get(named);
    if (version !== undefined) return version;
    throw new SwitchyardError('agent.not_found', `The agent "${agent}" has no version "${named}".`);
  }

  async accept(tenant: string, task: TaskRequest): Promise<void> {
    this.delivered += 1;
    this.traces.push(currentTraceId());
    if (this.runs.has(task.idempotencyKey)) return;
    const answer = this.answer(task);
    if (answer === 'dead') throw new SwitchyardError('agent.not_found', `There is no agent "${task.agent}".`);
    const run: StubRun = { task, tenant, runId: newId('run'), journal: [] };
    this.runs.set(task.idempotencyKey, run);
    await this.journal(run, { case: 'runAccepted', value: { metadata: task.metadata } });
    if (answer !== 'hold') await this.end(run, answer);
  }

  async end(run: StubRun, answer: Exclude<Answer, 'hold' | 'dead'>): Promise<void> {
    const named = run.task.agentVersion === 'current' ? '' : run.task.agentVersion;
    const parts = { agentVersion: named || 'sha256:v', backend: run.task.backend || 'sim' };
    const as = 'as' in answer ? answer.as : undefined;
    const served = as
      ? { model: 'm', profileVersion: 'p' }
      : { model: `model of ${parts.backend}`, profileVersion: 'p1' };
    const fingerprint = as
      ? contentAddress({ ...parts, ...served, agent: run.task.agent })
      : fingerprintOf(parts.agentVersion, parts.backend);
    await this.journal(run, {
      case: 'modelTurnCompleted',
      value: {
        ...{ turn: 1, backend: parts.backend, configuration: { ...parts, ...served, fingerprint }, attempts: 1 },
        ...(as ? { profileVersion: 'p', model: as.model, durationMs: as.turnMs } : {}),
      },
    });
    // As the router tells it; of tasks that name neither, tests say so themselves.
    const where = { agentVersion: named, backend: run.task.backend };
    const calls = (answer.tools ?? []).map((tool) => ({ tool, callId: newId('call') }));
    if (calls.length > 0) await this.journal(run, { case: 'toolCallsRequested', value: { calls } });
    if ('error' in answer) {
      const { details } = answer;
      const error = { code: answer.error, message: 'It failed.', ...(details ? { details } : {}) };
      await this.journal(run, {
        case: 'runFailed',
        value: { error, configuration: fingerprint, durationMs: 5, ...where },
      });
      return;
    }
    const { output, costUsd = 0.001, durationMs = 10 } = answer;
    await this.journal(run, {
      case: 'runCompleted',
      value: {
        output: toValue(output),
        ...{ costUsd, durationMs, turns: 1, toolCalls: calls.length, configuration: fingerprint, ...where },
        ...(as ? { usage: { inputTokens: as.inputTokens } } : {}),
      },
    });
  }

  async journal(run: StubRun, body: Body): Promise<void> {
    const { tenant, runId, task } = run;
    const event = create(RunEventSchema, {
      ...{ tenant, runId, taskId: `task_${runId}`, agent: task.agent, idempotencyKey: task.idempotencyKey },
      ...{ seq: run.journal.length + 1, time: timestampFromMs(Date.now()), actor: 'stub', body },
    });
    run.journal.push(event);
    const type = eventTypeOf(event);
    if (this.silent.has(type)) return;
    for (let copy = 0; copy < this.copies; copy += 1) await this.tell(event);
  }

  async tell(event: RunEvent): Promise<void> {
    const { bus } = this;
    if (bus === undefined) throw new Error('The stub router was not started');
    await bus.publish(bus.subjects.event(event.tenant, event.runId, eventTypeOf(event)), RunEventSchema, event);
  }

  byId(runId: string): StubRun {
    const run = [...this.runs.values()].find((candidate) => candidate.runId === runId);
    if (run === undefined) throw new SwitchyardError('run.not_found', `There is no run ${runId}.`);
    return run;
  }
}

@Controller()
class StubRouterController {
  constructor(
    @Inject(StubRouter) private readonly router: StubRouter,
    @Inject(Bus) bus: Bus,
  ) {
    router.bus = bus;
  }

  @Work('tasks', TaskRequestSchema)
  task(task: TaskRequest, { subject }: { subject: string }): Promise<void> {
    return this.router.accept(subject.split('.').at(-1) ?? '', task);
  }

  @Rpc(RouterService.method.getAgent)
  getAgent({ name, tenant, version }: AgentQuery) {
    if (!this.router.agents.has(name)) throw new SwitchyardError('agent.not_found', `There is no agent "${name}".`);
    const model = this.router.models.get(name);
    const defined = this.router.definitions.find(name, version);
    if (defined) return defined;
    return { version: this.router.versionOf(name, version), tenant, ...(model ? { definition: { name, model } } : {}) };
  }

  @Rpc(RouterService.method.getBackend)
  getBackend({ name }: BackendQuery) {
    if (!this.router.backends.has(name))
      throw new SwitchyardError('backend.not_found', `There is no backend "${name}".`);
    return { name, baseUrl: 'http://127.0.0.1:7460/v1', api: 'openai-chat', model: 'm' };
  }

  @Rpc(RouterService.method.listEvents)
  listEvents({ runId, afterSeq }: ListEventsQuery) {
    // Pages of two, so that paging is met.
    return {
      events: this.router
        .byId(runId)
        .journal.filter(({ seq }) => seq > afterSeq)
        .slice(0, 2),
    };
  }

  @Rpc(RouterService.method.listRollouts)
  listRollouts(query: ListRolloutsQuery) {
    return this.router.rollouts.list(query);
  }

  @Rpc(RouterService.method.getRollout)
  getRollout({ id }: RolloutQuery) {
    return this.router.rollouts.get(id);
  }

  @Rpc(RouterService.method.endRollout)
  endRollout(request: EndRolloutRequest) {
    return this.router.rollouts.end(request);
  }

  @Rpc(RouterService.method.startRollout)
  startRollout(request: StartRolloutRequest) {
    const { rollouts } = this.router;
    const { tenant, agent, candidate, share, sticky, promoteAfter, swap, guardrails, actor: startedBy } = request;
    const id = `rollout_${request.idempotencyKey.replace(':', '_')}`;
    if (rollouts.away) throw new SwitchyardError('rpc.unavailable', 'The router is away.', { retryable: true });
    const more = { candidate, share, sticky, promoteAfter, swap, guardrails, startedBy };
    return rollouts.rollouts.get(id) ?? rollouts.start({ id, tenant, agent, ...more });
  }

  @Rpc(RouterService.method.diffAgent)
  diffAgent({ definition = {} }: ApplyAgentRequest) {
    if (definition['instructions'] === undefined) throw new SwitchyardError('agent.invalid', 'It has no instructions.');
    return { toVersion: contentAddress(definition) };
  }

  @Rpc(RouterService.method.applyAgent)
  applyAgent(request: ApplyAgentRequest) {
    const name = request.definition?.['name'];
    if (typeof name === 'string') this.router.agents.add(name);
    return this.router.definitions.applyAgent(request);
  }

  @Rpc(RouterService.method.getPayload)
  getPayload({ hash }: PayloadQuery) {
    const text = this.router.payloads.get(hash);
    if (text === undefined) throw new SwitchyardError('payload.not_found', `There is no payload ${hash}.`);
    return { hash, text };
  }

  @Rpc(RouterService.method.getRun)
  getRun({ runId }: RunQuery): MessageInitShape<typeof RunSchema> {
    const switches = this.router.isMoved(runId)
      ? [create(BackendSwitchSchema, { seq: 2, from: 'sim', to: 'other' })]
      : [];
    const { rollout = '', rolloutArm = '', recordedAnswers } = this.router.began(runId);
    const record = create(RunSchema, this.recordOfRun(runId));
    const metadata = {
      ...record.metadata,
      ...(recordedAnswers ? { [REPLAY_MARK]: recordedAnswers.runId || 'answers' } : {}),
    };
    return { ...record, switches, rollout, rolloutArm, metadata, ...this.router.also(runId) };
  }

  private recordOfRun(runId: string): MessageInitShape<typeof RunSchema> {
    const alone = this.router.ends.get(runId);
    if (alone) return recordOf(alone);
    const { tenant, task, journal } = this.router.byId(runId);
    const end = journal.map(recordOf).find(({ status }) => status !== 'running');
    return end ?? { runId, tenant, agent: task.agent, idempotencyKey: task.idempotencyKey, status: 'running' };
  }

  @Rpc(RouterService.method.cancel)
  async cancel({ runId, reason }: CancelRequest): Promise<MessageInitShape<typeof RunSchema>> {
    const run = this.router.byId(runId);
    this.router.cancelled.push(runId);
    await this.router.journal(run, { case: 'runCancelled', value: { reason } });
    return { runId, status: 'cancelled' };
  }
}

/** Of the agent and backend that tests speak of without naming them, the one that they know. */
function fingerprintOf(agentVersion: string, backend: string): string {
  return agentVersion === 'sha256:v' && backend === 'sim' ? FINGERPRINT : contentAddress({ agentVersion, backend });
}

/** The router's record of a run after this event. */
function recordOf(event: RunEvent): MessageInitShape<typeof RunSchema> {
  const { tenant, runId, taskId, agent, idempotencyKey, time, body } = event;
  const identity = { tenant, runId, taskId, agent, idempotencyKey };
  if (body.case !== 'runCompleted' && body.case !== 'runFailed' && body.case !== 'runCancelled')
    return { ...identity, status: 'running' };
  const { durationMs, configuration, costUsd, turns, toolCalls, usage, backend } = body.value;
  const endedAtMs = time ? timestampMs(time) : 0;
  return {
    ...identity,
    ...{ configuration, costUsd, turns, toolCalls, backend },
    ...(usage ? { usage } : {}),
    ...{ createdAt: timestampFromMs(endedAtMs - durationMs), endedAt: timestampFromMs(endedAtMs) },
    ...endOf(body),
  };
}

function endOf(body: RunEvent['body']): MessageInitShape<typeof RunSchema> {
  if (body.case === 'runCompleted')
    return { status: 'completed', ...(body.value.output ? { output: body.value.output } : {}) };
  if (body.case === 'runFailed') return { status: 'failed', ...(body.value.error ? { error: body.value.error } : {}) };
  const message = body.case === 'runCancelled' ? body.value.reason : '';
  return { status: 'cancelled', error: { code: 'run.cancelled', message } };
}

@Module({})
class StubRouterModule {}

export function stubRouterDefinition(router: StubRouter): ServiceDefinition {
  return {
    name: 'router',
    module: () => ({
      module: StubRouterModule,
      controllers: [StubRouterController],
      providers: [{ provide: StubRouter, useValue: router }],
    }),
    workConsumers: ({ bus }) => [
      { kind: 'tasks', durable: 'router', filters: [bus.subjects.tasks('*')], concurrency: 8 },
    ],
  };
}
