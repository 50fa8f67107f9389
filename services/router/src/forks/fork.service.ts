import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import {
  AgentDefinitionSchema,
  fromStore,
  newId,
  SwitchyardError,
  type ForkRunRequest,
  type JsonObject,
} from '@switchyard/contracts';
import {
  forkedDrafts,
  forkPlace,
  initialState,
  inputMessage,
  JournalStore,
  type Appended,
  type EventDraft,
  type RunEventBodyInit,
  type RunState,
} from '@switchyard/journal';
import { CONFIG } from '@switchyard/service';
import { currentTraceId, metrics } from '@switchyard/telemetry';
import type { EntityManager } from 'typeorm';
import { AdmissionService } from '../admission/admission.service.js';
import { AgentsService } from '../agents/agents.service.js';
import { BackendsService } from '../backends/backends.service.js';
import { chooseBackend, usesTools } from '../backends/choose-backend.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { runNotFound } from '../runs/run-errors.js';
import { TasksRepository, type NewTask, type TaskRow } from '../tasks/tasks.repository.js';
import { readFork } from './read-fork.js';

/** Entries that are taken over at most: they are written in one statement. */
const MAX_ENTRIES = 20_000;

export interface Forked {
  task: TaskRow;
  /** The key was known: nothing was started. */
  duplicate: boolean;
}

/** What a fork is made of. */
export interface ForkOrder {
  original: Appended;
  /** The last entry that is taken over. */
  seq: number;
  /** Empty: where the other run is. */
  backend: string;
  /** Content address or number; `current`; empty for the other run's. */
  agentVersion: string;
  /** Journaled after what was taken over. */
  added: readonly RunEventBodyInit[];
  key: string | undefined;
  fingerprint: string;
  actor: string;
  /** Who forks, for messages: "the fork". */
  by: string;
}

/** A fork that may be written. */
export interface ForkPlan {
  task: NewTask;
  drafts: EventDraft[];
  before: RunState;
}

/**
 * Begins runs with the first entries of others. The task's row, the entries and whatever belongs to them are one commit,
 * and the key makes a second fork of the same order impossible, as with tasks; what a crash leaves untold the reconciler
 * and its relay tell. The other run is only read: it may go on, and what it does later is none of the fork's.
 */
@Injectable()
export class ForkService {
  constructor(
    @Inject(TasksRepository) private readonly tasks: TasksRepository,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(AgentsService) private readonly agents: AgentsService,
    @Inject(BackendsService) private readonly backends: BackendsService,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(AdmissionService) private readonly admission: AdmissionService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Resolves once the fork is committed.
   *
   * @throws SwitchyardError `run.not_found`, `run.fork_open_calls`, `run.fork_past_end`, `run.fork_too_long`,
   *   `agent.not_found`, `backend.not_found`, `backend.none_suitable`, `task.conflict`, `task.too_large`, `database.…`
   */
  async fork(request: ForkRunRequest): Promise<Forked> {
    const read = readFork(request, { maxBytes: this.config.limits.taskBytes });
    const { tenant, runId, backend, agentVersion, input, key, fingerprint, actor } = read;
    const known = await this.findKnown(tenant, key, fingerprint);
    if (known) return known;
    const original = await this.read(tenant, runId);
    const { seq } = forkPlace(original.events, read.seq);
    const added = input === null ? [] : [inputBody(inputMessage(input))];
    const order = { original, seq, backend, agentVersion, added, key, fingerprint, actor, by: 'the fork' };
    return this.commit(await this.plan(order));
  }

  /** A run with all its entries. @throws SwitchyardError `run.not_found`, also where it is another tenant's */
  async read(tenant: string, runId: string): Promise<Appended> {
    const original = await this.journal.load(runId);
    if (original.state.tenant === tenant) return original;
    throw runNotFound(runId);
  }

  /** The run that was made for this key before. @throws SwitchyardError `task.conflict` */
  async findKnown(tenant: string, key: string | undefined, fingerprint: string): Promise<Forked | undefined> {
    const task = key === undefined ? undefined : await this.tasks.findByKey(tenant, key);
    if (!task || key === undefined) return undefined;
    if (task.fingerprint === fingerprint) return { task, duplicate: true };
    throw new SwitchyardError(
      'task.conflict',
      `The idempotency key "${key}" belongs to another task, ${task.task_id}, with other content. Use a new key for a new fork.`,
      { details: { task_id: task.task_id, run_id: task.run_id } },
    );
  }

  /** Decides all that there is to decide; nothing is written. @throws as `fork` */
  async plan({
    original,
    seq,
    backend,
    agentVersion,
    added,
    key,
    fingerprint,
    actor,
    by,
  }: ForkOrder): Promise<ForkPlan> {
    const { state, events } = original;
    if (seq > MAX_ENTRIES) throw tooLong(state.runId, seq);
    const asked = agentVersion === 'current' ? '' : agentVersion || state.agentVersion;
    const [agent, candidates] = await Promise.all([
      this.agents.get(state.tenant, state.agent, asked),
      this.backends.list(),
    ]);
    const definition = fromStore(AgentDefinitionSchema, agent.definition);
    const chosen = chooseBackend({
      requirement: definition.model,
      override: backend || state.backend,
      overrideBy: by,
      usesTools: usesTools(definition),
      candidates,
      nowMs: Date.now(),
    });
    const identity = {
      tenant: state.tenant,
      runId: newId('run'),
      taskId: newId('task'),
      agent: state.agent,
      idempotencyKey: key ?? '',
    };
    const task: NewTask = {
      ...{ tenant: identity.tenant, taskId: identity.taskId, runId: identity.runId, key, fingerprint },
      ...{ agent: identity.agent, backend: chosen.backend.name, thread: undefined },
      priority: state.priority === 'high' ? 1 : 0,
    };
    const time = new Date();
    const traceId = currentTraceId() ?? '';
    const drafts = forkedDrafts(events, seq, {
      agentVersion: agent.version,
      backend: chosen.backend.name,
      routingReason: `forked from ${state.runId} after entry ${seq}; ${backend === '' ? 'where that run is' : chosen.reason}`,
      // Who names a backend has decided: the run moves from it only where somebody says so.
      fallbacks: backend === '' ? state.fallbacks : [],
      ...{ time, actor, traceId },
    });
    const [first] = drafts;
    // The fork is answered from the same record: it is kept for both.
    const record = state.replay && (await this.journal.findPayload(state.tenant, state.replay.payload));
    if (first && record) first.payloads = [record];
    const own = added.map((body) => ({ body, actor, traceId, time }));
    return { task, drafts: [...drafts, ...own], before: initialState(identity) };
  }

  /** Writes a fork and what belongs to it, and tells the bus. @throws SwitchyardError `task.conflict`, `database.…` */
  async commit(
    { task, drafts, before }: ForkPlan,
    alongside?: (manager: EntityManager, runId: string) => Promise<void>,
  ): Promise<Forked> {
    const { tenant, runId, backend } = task;
    const written: Appended[] = [];
    const waiting = !this.admission.admits(backend, runId);
    const row = await this.tasks.acceptAlone({ ...task, waiting }, async (manager) => {
      written.push(await this.journal.append(before, drafts, { manager }));
      await alongside?.(manager, task.runId);
    });
    if (!row) return this.forkedElsewhere(task);
    metrics.counter('switchyard_router_forks_total', 'Runs that begin with the entries of another one.').inc();
    const work = { tenant, runId, backend, cause: 'forked', msgId: `${runId}:accepted` };
    if (waiting) this.admission.waits(backend);
    void this.dispatcher.announce(written.at(-1)?.events ?? [], waiting ? undefined : work);
    return { task: row, duplicate: false };
  }

  private async forkedElsewhere({ tenant, key, fingerprint }: NewTask): Promise<Forked> {
    const known = await this.findKnown(tenant, key, fingerprint);
    if (known) return known;
    throw new SwitchyardError(
      'database.serialization',
      'The run was forked by another router at this moment. Ask again with the same key.',
      { retryable: true },
    );
  }
}

function inputBody(message: ReturnType<typeof inputMessage>): RunEventBodyInit {
  const messages: JsonObject[] = [
    {
      role: message.role,
      parts: message.parts.flatMap((part) => (part.type === 'text' ? [{ type: 'text', text: part.text }] : [])),
    },
  ];
  return { case: 'inputAppended', value: { source: 'user', messages } };
}

function tooLong(runId: string, seq: number): SwitchyardError {
  return new SwitchyardError(
    'run.fork_too_long',
    `A fork of ${runId} after entry ${seq} would begin with ${seq} entries, and ${MAX_ENTRIES} are allowed. Fork it earlier.`,
    { details: { run_id: runId, seq, limit: MAX_ENTRIES } },
  );
}
