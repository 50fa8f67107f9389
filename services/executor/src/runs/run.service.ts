import { Inject, Injectable } from '@nestjs/common';
import { Bus, type WorkContext } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { lastEventType, SwitchyardError, type AgentVersion, type ExecWork } from '@switchyard/contracts';
import {
  effectiveLimits,
  exceededLimit,
  hasEnded,
  JournalStore,
  next,
  type EventDraft,
  type OpenCall,
  type RunEventBodyInit,
  type RunReplay,
  type RunState,
} from '@switchyard/journal';
import { CONFIG, LOGGER, triggerPoint } from '@switchyard/service';
import { GENAI, OPERATION, recordError, SWITCHYARD, trace, withSpan, type Logger } from '@switchyard/telemetry';
import { BackendsService } from '../backends/backends.service.js';
import { TurnBudgets } from '../budget/turn-budgets.service.js';
import { AgentsService } from '../context/agents.service.js';
import { RecallService } from '../context/recall.service.js';
import { shownTools } from '../context/shown-tools.js';
import { ToolSearches } from '../context/tool-searches.service.js';
import { ToolsService } from '../context/tools.service.js';
import { ToolCallsService } from '../tools/tool-calls.service.js';
import { compactionBody } from '../turn/compaction-body.js';
import { ModelTurnService } from '../turn/model-turn.service.js';
import { resultRepeat } from '../turn/result-repeat.js';
import { RecordedCalls } from '../replay/recorded-calls.service.js';
import { turnDrafts } from '../turn/turn-drafts.js';
import { ApprovalRules } from '../waits/approval-rules.service.js';
import { AgentTools } from '../waits/agent-tools.service.js';
import { OpenCallsService } from '../waits/open-calls.service.js';
import { endOfRun, isParkedSo, needsTimer, parkedBody, parkingOf } from '../waits/parking.js';
import { WakeUps, waitOutEarliness } from '../waits/wake-ups.service.js';
import { deadline } from './deadline.js';
import { countSteps } from './count-steps.js';
import { completedBody, failedBody } from './end-bodies.js';
import { FallbackService } from './fallback.service.js';
import { changedMeanwhile, commitAfterLate, isSwitched, readLate } from './late-entries.js';
import { handedOnInstead } from './newer-journal.js';
import { EventPublisher } from './publisher.service.js';
import { redirect } from './redirect.js';
import { RunFailure } from './run-failure.js';
import { RunProgress, stamped } from './run-progress.js';
import { RunReader } from './run-reader.service.js';
import { RunsInHand, type RunInHand } from './runs-in-hand.js';
import { retryBody, TryLater } from './try-later.js';
import { failureOf, failureOfTurn, mayResume } from './verdict.js';

/** One message's work on one run. */
interface Drive {
  run: RunInHand;
  work: ExecWork;
  context: WorkContext;
  progress: RunProgress;
  agent: AgentVersion;
  /** Publications under way; the message is acknowledged after them. */
  published: Promise<void>[];
  /** The run was parked when the message came: its calls are on the queue already. */
  woken: boolean;
  /** A timer that came too early was waited for. */
  isOnTime: boolean;
  /** Ids of calls that tool hosts may have been asked for already, here or by another executor. */
  asked: Set<string>;
}

/** Advances runs: loads, asks what is next, does it, journals it, until the run waits or ends. */
@Injectable()
export class RunService {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(RunReader) private readonly reader: RunReader,
    @Inject(RunsInHand) private readonly inHand: RunsInHand,
    @Inject(EventPublisher) private readonly publisher: EventPublisher,
    @Inject(AgentsService) private readonly agents: AgentsService,
    @Inject(BackendsService) private readonly backends: BackendsService,
    @Inject(ToolsService) private readonly tools: ToolsService,
    @Inject(AgentTools) private readonly agentTools: AgentTools,
    @Inject(ToolSearches) private readonly searches: ToolSearches,
    @Inject(RecallService) private readonly memory: RecallService,
    @Inject(ToolCallsService) private readonly toolCalls: ToolCallsService,
    @Inject(ApprovalRules) private readonly approvals: ApprovalRules,
    @Inject(OpenCallsService) private readonly openCalls: OpenCallsService,
    @Inject(RecordedCalls) private readonly record: RecordedCalls,
    @Inject(WakeUps) private readonly wakeUps: WakeUps,
    @Inject(ModelTurnService) private readonly turns: ModelTurnService,
    @Inject(FallbackService) private readonly fallbacks: FallbackService,
    @Inject(TurnBudgets) private readonly budgets: TurnBudgets,
  ) {}

  /** Returns when the message is done with: the run ended, waits, or is another's. @throws SwitchyardError to hand it back */
  async advance(work: ExecWork, context: WorkContext): Promise<void> {
    const run = await this.inHand.take(work.tenant, work.runId, context.signal);
    try {
      while ((await this.once(run, work, context)) || run.changed)
        this.logger.debug({ run: run.runId }, 'The run was changed meanwhile; reading it again');
    } catch (error) {
      if (!(await handedOnInstead(this.bus, work, context, error))) throw error;
    } finally {
      this.inHand.release(run);
    }
  }

  /** @returns true when the run was changed by somebody who does not advance it, and has to be read again */
  private async once(run: RunInHand, work: ExecWork, context: WorkContext): Promise<boolean> {
    run.changed = false;
    const askedAt = performance.now();
    const state = await this.reader.load(work, context);
    if (context.delivery > 1) await this.reader.publishAgain(work.runId);
    if (hasEnded(state)) return false;
    if (state.backend !== work.backend) return redirect(this.bus, work, context, state.backend);
    const progress = new RunProgress(this.journal, state, askedAt);
    const woken = state.parked !== null;
    if (woken) {
      if (!mayResume(state, new Date())) {
        // Who parked it may have died before setting its timer.
        await this.wakeUps.set(state);
        return false;
      }
      progress.add({ case: 'runResumed', value: { cause: work.cause || 'resumed' } });
    }
    const attributes = {
      [GENAI.operation]: OPERATION.invokeAgent,
      [GENAI.agentName]: state.agent,
      [GENAI.agentVersion]: state.agentVersion,
      [GENAI.conversationId]: state.thread,
      [SWITCHYARD.tenant]: state.tenant,
      [SWITCHYARD.run]: state.runId,
      [SWITCHYARD.task]: state.taskId,
      [SWITCHYARD.backend]: state.backend,
    };
    return withSpan(`${OPERATION.invokeAgent} ${state.agent}`, { attributes }, () =>
      this.drive(run, work, context, progress, woken),
    );
  }

  private async drive(
    run: RunInHand,
    work: ExecWork,
    context: WorkContext,
    progress: RunProgress,
    woken: boolean,
  ): Promise<boolean> {
    const published: Promise<void>[] = [];
    try {
      const { tenant, agent: name, agentVersion } = progress.state;
      if (progress.committed.parked?.reason === 'retry')
        await waitOutEarliness(progress.committed.parked.until, run.signal);
      const agent = await this.agents.get(tenant, name, agentVersion);
      const asked = new Set(progress.committed.openCalls.map(({ callId }) => callId));
      const drive: Drive = { run, work, context, progress, agent, published, woken, isOnTime: false, asked };
      while (await this.step(drive));
      await Promise.all(published);
      triggerPoint('executor.after_publish', () => progress.state.parked?.reason ?? progress.state.status);
      return false;
    } catch (error) {
      // Unheard, a publication that fails while another error is on its way would end the process.
      await Promise.allSettled(published);
      return this.afterError(run, context, progress, error);
    }
  }

  /** Does what is next; false when nothing is to be done here. */
  private async step(drive: Drive): Promise<boolean> {
    const { progress, run } = drive;
    if (run.signal.aborted) throw run.signal.reason;
    // Before a model is asked that is looked at later: much may have to be had before.
    if (next(progress.state).type === 'CallTools') await this.reader.mustGoOn(progress);
    const action = next(progress.state);
    switch (action.type) {
      case 'CallModel':
        return (await this.isHere(drive)) && this.callModel(drive, action.turn);
      case 'CallTools':
        return this.callTools(drive, action.calls);
      case 'Finish':
        progress.add(completedBody(progress.state, action.output, new Date()));
        await this.commit(drive);
        // Where somebody said something more just then, it has not ended.
        return !hasEnded(progress.state);
      case 'Wait':
        if (progress.hasDrafts) await this.commit(drive);
        return false;
    }
  }

  /** Before a turn: whether the run is on this backend still. One that was moved is passed on with all that was done. */
  private async isHere(drive: Drive): Promise<boolean> {
    const { run, work, context, progress } = drive;
    if (run.changed) {
      run.changed = false;
      if (!(await readLate(this.journal, progress))) throw changedMeanwhile(run.runId);
    }
    if (progress.state.backend === work.backend) return true;
    if (progress.hasDrafts) await this.commit(drive);
    await redirect(this.bus, work, context, progress.state.backend);
    return false;
  }

  private async callModel(drive: Drive, turn: number): Promise<true> {
    const { progress, run, agent } = drive;
    const limits = effectiveLimits(progress.state, this.config.limits);
    const exceeded = exceededLimit(progress.state, limits, new Date());
    if (exceeded) throw RunFailure.of(exceeded);
    const [backend, ofHosts, ofAgents, sources, recalled] = await Promise.all([
      this.backends.get(progress.state.backend),
      this.tools.of(progress.state.tenant, agent),
      this.agentTools.list(progress.state.tenant, agent),
      // Nothing happens that a person would have to allow.
      progress.state.replay ? [] : this.approvals.of(progress.state.tenant, agent),
      turn === 1 && !progress.state.recalled ? this.contextOf(progress.state, agent) : [],
    ]);
    const all = [...ofHosts, ...ofAgents];
    const tools = shownTools(progress.state, agent.definition, all, () => this.searches.of(all));
    progress.add(...recalled);
    const timer = deadline(progress.state, limits.seconds);
    const request = (run.request = new AbortController());
    const signal = AbortSignal.any([run.signal, timer.signal, request.signal]);
    let completed: Awaited<ReturnType<ModelTurnService['complete']>>;
    try {
      const budget = await this.budgets.open({
        state: () => progress.state,
        turn,
        profile: backend.profile,
        commit: (bodies) => this.commit(drive, bodies),
        signal,
      });
      progress.seen();
      completed = await this.turns.complete({
        run,
        turn,
        agent,
        backend,
        tools,
        messages: progress.state.messages,
        signal,
        endsAt: timer.endsAt,
        attempts: progress.state.attempts,
        startsOver: (error) => isSwitched(error) || this.fallbacks.applies(progress.state, error),
        gate: {
          before: async (estimate) => {
            await this.reader.mustGoOn(progress);
            await budget.before(estimate);
          },
          failed: (error) => budget.failed(error),
          release: () => budget.release(),
        },
      });
      // In one append with the turn that was asked this way; not where the history is another one by now.
      if (completed.compacted && progress.isAsSeen) progress.add(compactionBody(progress.state, completed.compacted));
      progress.add(
        ...turnDrafts(
          {
            ...completed,
            recorded: progress.state.replay !== null,
            governedBy: {
              sources,
              agent: progress.state.agent,
              tenant: progress.state.tenant,
              user: progress.state.user,
            },
            missedSeqs: progress.unseen,
          },
          stamped,
        ),
        ...budget.settlement(completed.response.usage),
      );
    } finally {
      run.request = undefined;
      timer.clear();
    }
    const failure = failureOfTurn(progress.state);
    if (failure) throw failure;
    const repeat = resultRepeat(progress.state, completed.response);
    if (repeat) progress.add(repeat);
    // An answer that ends the run is journaled with its end; calls are journaled before they are asked for.
    const action = next(progress.state);
    if (action.type !== 'Finish') await this.commit(drive);
    return true;
  }

  /** What the run is told before its first turn: by memory, or as the run was told that it is answered from. */
  private async contextOf(state: RunState, agent: AgentVersion): Promise<(RunEventBodyInit | EventDraft)[]> {
    if (state.replay) return this.record.context(state, state.replay);
    const recalled = await this.memory.recall(state, agent);
    return recalled ? [recalled] : [];
  }

  /** All calls at once: none is made, so that none is waited for. */
  private async lookUp({ progress, agent }: Drive, replay: RunReplay, calls: readonly OpenCall[]): Promise<true> {
    const { drafts, failure } = await this.record.advance(progress.state, replay, calls, agent);
    progress.add(...drafts);
    if (failure) throw failure;
    return true;
  }

  /** Looks at every open call. What is not settled is waited for together: the run is parked once, whatever it waits for. */
  private async callTools(drive: Drive, calls: readonly OpenCall[]): Promise<boolean> {
    const { progress, run, agent, woken, asked } = drive;
    const { state } = progress;
    if (state.replay) return this.lookUp(drive, state.replay, calls);
    let confirmed: Promise<void> | undefined;
    // Once for all calls: what they need may have been long in coming.
    const confirm = () => (confirmed ??= this.reader.mustGoOn(progress));
    const advanced = await this.openCalls.advance({ state, calls, agent, woken, asked, confirm, signal: run.signal });
    for (const { callId } of calls) asked.add(callId);
    progress.add(...advanced.bodies);
    if (advanced.waiting.length === 0) {
      drive.woken = false;
      return true;
    }
    const parking = parkingOf(advanced.waiting, endOfRun(progress.state, this.config.limits, new Date()));
    if (woken && !drive.isOnTime) {
      drive.isOnTime = true;
      if (await waitOutEarliness(parking.until, run.signal)) return true;
    }
    drive.woken = false;
    // Woken, and no further than before: the journal says already what is to be said.
    if (woken && progress.isOnly('runResumed') && isParkedSo(progress.committed.parked, parking)) {
      progress.drop();
    } else {
      progress.add(parkedBody(parking));
      await this.commit(drive);
      // Not parked where one of the calls was decided or answered just then.
      if (!progress.state.parked) return true;
    }
    await Promise.all([
      this.toolCalls.enqueue(progress.state, advanced.late, {
        again: woken ? String(drive.context.streamSeq) : '',
        granted: advanced.granted,
      }),
      needsTimer(progress.state, advanced.waiting) ? this.wakeUps.set(progress.state) : undefined,
    ]);
    triggerPoint('executor.after_park', () => parking.reason);
    return false;
  }

  /** @param more written too, and forgotten where they are refused */
  private async commit(drive: Drive, more: RunEventBodyInit[] = []): Promise<void> {
    const { progress } = drive;
    triggerPoint('executor.before_commit', () => progress.lastType);
    const events = await (more.length > 0 ? progress.commitWith(...more) : commitAfterLate(this.journal, progress));
    drive.context.lastRead(drive.progress.seq);
    triggerPoint('executor.after_commit', () => lastEventType(events));
    const publication = this.publisher.publish(events);
    // Heard at the end, with the acknowledgement; a step does not wait for it.
    publication.catch(() => undefined);
    drive.published.push(publication);
    countSteps(events);
  }

  /** @returns true when the run has to be read again */
  private async afterError(
    run: RunInHand,
    context: WorkContext,
    progress: RunProgress,
    error: unknown,
  ): Promise<boolean> {
    const code = error instanceof SwitchyardError ? error.code : '';
    if (isSwitched(error)) {
      dropRecalled(progress);
      return (await this.flush(run, context, progress)) !== 'another';
    }
    if (code === 'journal.conflict' || code === 'run.cancelled')
      return this.reader.changedMeanwhile(run.runId, progress.seq, code);
    const left = await this.leave(run, context, progress, error);
    if (left === 'moved') return false;
    if (left === 'changed') return true;
    if (!left && error instanceof TryLater) return this.park(run, context, progress, error);
    const failure = left ?? failureOf(error, context.delivery);
    if (!failure) throw error;
    const span = trace.getActiveSpan();
    if (span) recordError(span, failure);
    this.logger.warn({ err: failure, run: run.runId, backend: progress.state.backend }, 'A run failed');
    try {
      // What Postgres refused cannot go with the failure that says so.
      if (failure.code.startsWith('database.')) progress.drop();
      progress.add(failedBody(progress.state, failure, new Date(), run.asked));
      const events = await progress.commit();
      context.lastRead(progress.seq);
      await this.publisher.publish(events);
      countSteps(events);
      return false;
    } catch (conflict) {
      if (conflict instanceof SwitchyardError && conflict.code === 'journal.conflict')
        return this.reader.changedMeanwhile(run.runId, progress.seq, conflict.code);
      throw conflict;
    }
  }

  /** Parks a run whose backend wants patience. @returns true when the run has to be read again */
  private async park(run: RunInHand, context: WorkContext, progress: RunProgress, error: TryLater): Promise<boolean> {
    this.logger.info({ err: error, run: run.runId, at: error.at }, 'A run is parked to be tried again later');
    dropRecalled(progress);
    if (progress.state.parked) progress.add({ case: 'runResumed', value: { cause: 'timer' } });
    progress.add(retryBody(error));
    const flushed = await this.flush(run, context, progress);
    if (flushed === 'written') await this.wakeUps.set(progress.state);
    return flushed === 'changed' || (flushed === 'written' && progress.state.parked === null);
  }

  /**
   * The run's backend failed, and the run may go to another: what was done before the turn is written, then the router
   * moves it. Undefined where the error is to be dealt with here.
   */
  private async leave(
    run: RunInHand,
    context: WorkContext,
    progress: RunProgress,
    error: unknown,
  ): Promise<'moved' | 'changed' | RunFailure | undefined> {
    if (!this.fallbacks.applies(progress.state, error)) return undefined;
    dropRecalled(progress);
    const flushed = await this.flush(run, context, progress);
    if (flushed !== 'written') return flushed === 'another' ? 'moved' : 'changed';
    const answer = await this.fallbacks.ask(progress.state, error);
    if (answer.is === 'failed') return answer.failure;
    this.logger.warn({ err: error, run: run.runId, from: progress.state.backend, outcome: answer }, 'A backend failed');
    return answer.is;
  }

  /**
   * Writes what was done before a turn that is not asked for here and now; `another` executor may have the run by now.
   */
  private async flush(
    run: RunInHand,
    context: WorkContext,
    progress: RunProgress,
  ): Promise<'written' | 'changed' | 'another'> {
    if (!progress.hasDrafts) return 'written';
    try {
      const events = await commitAfterLate(this.journal, progress);
      context.lastRead(progress.seq);
      await this.publisher.publish(events);
      countSteps(events);
      return 'written';
    } catch (error) {
      if (!(error instanceof SwitchyardError) || error.code !== 'journal.conflict') throw error;
      return (await this.reader.changedMeanwhile(run.runId, progress.seq, error.code)) ? 'changed' : 'another';
    }
  }
}

/** What comes before the first turn is had again with it, and would stand in the journal twice. */
function dropRecalled(progress: RunProgress): void {
  if (progress.state.turns === 0) progress.drop();
}
