import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  AgentDefinitionSchema,
  create,
  ErrorInfoSchema,
  fromStore,
  SwitchyardError,
  toErrorInfo,
  type AgentDefinition,
  type Backend,
  type FallBackReplySchema,
  type FallBackRequest,
  type SwitchRunRequest,
} from '@switchyard/contracts';
import { hasEnded, JournalStore, type Appended, type RunEventBodyInit, type RunState } from '@switchyard/journal';
import { inTransaction } from '@switchyard/persistence';
import { currentTraceId, metrics, SWITCHYARD, trace } from '@switchyard/telemetry';
import { DataSource } from 'typeorm';
import { AgentsService } from '../agents/agents.service.js';
import { BackendsService } from '../backends/backends.service.js';
import { chooseBackend, usesTools } from '../backends/choose-backend.js';
import { ANY_BACKEND, nextBackend } from '../backends/next-backend.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { ExecStreamRepository } from '../dispatch/exec-stream.repository.js';
import { RunNotices } from '../dispatch/run-notices.service.js';
import { RoutingSnapshots } from '../routing/routing-snapshots.service.js';
import type { Init } from '../shared/init.js';
import { TasksRepository } from '../tasks/tasks.repository.js';
import { allFailed } from './all-failed.js';
import { alreadyEnded, runNotFound } from './run-errors.js';

/** A run is moved no more often: whoever moves it to and fro would fill its journal. */
export const MAX_SWITCHES = 32;
/** A move that loses the race for the next entry reads again so often, waiting a little longer each time. */
const ATTEMPTS = 20;

/** A move that is journaled: the state after it, and whether its thread holds the run back still. */
interface Moved extends Appended {
  held: boolean;
}

/**
 * Moves runs between backends. The journal's fence decides: the move is done when its BackendSwitched is committed. Then
 * the new backend's queue is told, by the executor that has the run in hand when it is done with its turn, or else from
 * here; what a crash leaves untold the reconciler tells, for it goes by the run's backend.
 */
@Injectable()
export class SwitchService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(TasksRepository) private readonly tasks: TasksRepository,
    @Inject(AgentsService) private readonly agents: AgentsService,
    @Inject(BackendsService) private readonly backends: BackendsService,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(ExecStreamRepository) private readonly exec: ExecStreamRepository,
    @Inject(RunNotices) private readonly notices: RunNotices,
    @Inject(RoutingSnapshots) private readonly snapshots: RoutingSnapshots,
  ) {}

  /**
   * Moves a run because somebody asks for it. Asked again for a backend that the run was moved to, it does nothing.
   *
   * @throws SwitchyardError `run.not_found`, `run.already_ended`, `run.same_backend`, `run.switch_limit`,
   *   `backend.not_found`, `backend.none_suitable`
   */
  async switchRun(request: SwitchRunRequest): Promise<void> {
    const { tenant, runId, backend, reason, actor, now } = request;
    for (let attempt = 1; ; attempt += 1) {
      const state = await this.load(tenant, runId);
      if (hasEnded(state)) throw alreadyEnded(state, 'move');
      if (state.backend === backend && state.switches.length > 0) return;
      await this.check(state, backend);
      try {
        const value = { from: state.backend, to: backend, reason: reason || 'asked for' };
        const moved = await this.append(state, value, actor || 'router');
        count(value.from, backend, 'command');
        void this.dispatcher.announce(moved.events);
        void this.dispatcher.later(runId, this.handOver(state.backend, moved, now));
        return;
      } catch (error) {
        if (!isConflict(error) || attempt === ATTEMPTS) throw error;
        await sleep(Math.random() * attempt);
      }
    }
  }

  /**
   * A run's backend failed for good: moves it to the next of its fallbacks.
   *
   * @throws SwitchyardError `run.not_found`, `agent.not_found`
   */
  async fallBack({ tenant, runId, backend, seq, error }: FallBackRequest): Promise<Init<typeof FallBackReplySchema>> {
    const state = await this.load(tenant, runId);
    if (hasEnded(state) || state.backend !== backend || state.seq !== seq) return { outcome: 'changed' };
    const cause = error ?? create(ErrorInfoSchema, { code: 'internal' });
    const { chosen, refused } = await this.next(state);
    if (!chosen) return { outcome: 'failed', error: toErrorInfo(allFailed(state, cause, refused)) };
    const to = chosen.backend.name;
    try {
      const value = { from: backend, to, reason: `${cause.code}: ${cause.message}`, error: cause };
      const moved = await this.append(state, value, 'router');
      count(backend, to, 'failure');
      await this.dispatcher.announce(moved.events, workOf(moved));
      return { outcome: 'moved', backend: to };
    } catch (failure) {
      if (isConflict(failure)) return { outcome: 'changed' };
      throw failure;
    }
  }

  private async load(tenant: string, runId: string): Promise<RunState> {
    const state = await this.journal.loadState(runId);
    if (state.tenant === tenant) return state;
    throw runNotFound(runId);
  }

  private async check(state: RunState, backend: string): Promise<void> {
    const { runId, switches } = state;
    if (state.backend === backend) {
      throw new SwitchyardError('run.same_backend', `The run ${runId} is on the backend "${backend}" already.`, {
        details: { run_id: runId, backend },
      });
    }
    const { definition, candidates } = await this.policyOf(state);
    chooseBackend({
      requirement: definition.model,
      override: backend,
      overrideBy: 'this command',
      usesTools: usesTools(definition),
      candidates,
      nowMs: Date.now(),
    });
    if (switches.length < MAX_SWITCHES) return;
    throw new SwitchyardError(
      'run.switch_limit',
      `The run ${runId} was moved ${switches.length} times, which is the most. Cancel it, and give its task to another backend.`,
      { details: { run_id: runId, limit: MAX_SWITCHES } },
    );
  }

  private async next(state: RunState): Promise<ReturnType<typeof nextBackend>> {
    if (state.switches.length >= MAX_SWITCHES) return { refused: [] };
    const { definition, candidates } = await this.policyOf(state);
    const certified = state.fallbacks.includes(ANY_BACKEND)
      ? await this.snapshots.certified(state.tenant, state.agent)
      : undefined;
    return nextBackend({
      ...(certified ? { certified } : {}),
      certifiedOnly: definition.model?.routing?.certifiedOnly ?? false,
      requirement: definition.model,
      usesTools: usesTools(definition),
      fallbacks: state.fallbacks,
      visited: new Set([state.backend, ...state.switches.flatMap(({ from, to }) => [from, to])]),
      candidates,
      nowMs: Date.now(),
    });
  }

  private async policyOf(state: RunState): Promise<{ definition: AgentDefinition; candidates: Backend[] }> {
    const [{ definition }, candidates] = await Promise.all([
      this.agents.get(state.tenant, state.agent, state.agentVersion),
      this.backends.list(),
    ]);
    return { definition: fromStore(AgentDefinitionSchema, definition), candidates };
  }

  /** The journal's entry and the registry's idea of where the run is are one commit. */
  private async append(
    state: RunState,
    value: Extract<RunEventBodyInit, { case: 'backendSwitched' }>['value'] & { to: string },
    actor: string,
  ): Promise<Moved> {
    trace.getActiveSpan()?.setAttributes({
      [SWITCHYARD.run]: state.runId,
      [SWITCHYARD.backendBefore]: state.backend,
      [SWITCHYARD.backend]: value.to,
    });
    return inTransaction(this.dataSource, async (manager) => {
      const draft = { body: { case: 'backendSwitched' as const, value }, actor, traceId: currentTraceId() ?? '' };
      const appended = await this.journal.append(state, [draft], { manager });
      return { ...appended, held: await this.tasks.move(manager, state.runId, value.to) };
    });
  }

  /** Who has the run in hand passes it on at the end of its turn; where nobody has, its old message is of no use. */
  private async handOver(from: string, moved: Moved, now: boolean): Promise<void> {
    const work = workOf(moved);
    if (!work || (await this.notices.isInHand(work.tenant, work.runId, now))) return;
    await this.exec.drop(from, work.runId);
    await this.dispatcher.dispatch(work);
  }
}

/** Undefined while the run's thread holds it back: released, it goes to the backend that its journal names. */
function workOf({ state, held }: Moved) {
  const { tenant, runId, backend, seq } = state;
  return held ? undefined : { tenant, runId, backend, cause: 'switched', msgId: `${runId}:switched:${seq}` };
}

function isConflict(error: unknown): boolean {
  return error instanceof SwitchyardError && error.code === 'journal.conflict';
}

function count(from: string, to: string, cause: string): void {
  metrics
    .counter('switchyard_router_switches_total', 'Runs that were moved to another backend.', ['from', 'to', 'cause'])
    .inc({ from, to, cause });
}
