import { Inject, Injectable } from '@nestjs/common';
import { thatFit } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  ApprovalSchema,
  DecisionMadeSchema,
  timestampDate,
  type Approval,
  type ApprovalResolved,
  type DecisionMade,
  type ListApprovalsQuery,
  type ListDecisionsQuery,
  type ResolveApprovalRequest,
} from '@switchyard/contracts';
import {
  awaitedApprovals,
  decisionsMade,
  entriesOfTypes,
  hasEnded,
  JournalStore,
  type Appended,
  type RunEventBodyInit,
} from '@switchyard/journal';
import { CONFIG } from '@switchyard/service';
import { currentTraceId, metrics } from '@switchyard/telemetry';
import { DataSource } from 'typeorm';
import { RunNotices } from '../dispatch/run-notices.service.js';
import { runNotFound } from '../runs/run-errors.js';
import { bytesOf } from '../shared/bytes-of.js';
import { untilCurrent } from '../shared/until-current.js';
import { approvalMessages } from './approval-message.js';
import { isSameDecision, notWaiting } from './decided.js';
import { decisionMessage } from './decision-message.js';
import { checkDecision } from './check-decision.js';

const MAX_RUNS = 200;
const DEFAULT_RUNS = 50;
const MAX_DECISIONS = 200;
const DEFAULT_DECISIONS = 50;

/**
 * Calls that wait for a person, and what people decide. The journal is the record of who decided what and why; the decision
 * is made when its entry is committed, and the fence lets one of two deciders be the first.
 */
@Injectable()
export class ApprovalsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(RunNotices) private readonly notices: RunNotices,
  ) {}

  /** Newest run first. */
  async list({ tenant, runId, limit, before }: ListApprovalsQuery): Promise<{ approvals: Approval[]; more: boolean }> {
    const most = Math.min(limit || DEFAULT_RUNS, MAX_RUNS);
    const found = await awaitedApprovals(this.dataSource, { tenant, runId, before, limit: most + 1 });
    const now = new Date();
    const byRun = found.slice(0, most).map((run) => approvalMessages(run, now, runId !== ''));
    // A page ends with a run: the next one begins after it.
    const runs = thatFit(byRun, (ofRun) => ofRun.reduce((sum, one) => sum + bytesOf(ApprovalSchema)(one), 0));
    return { approvals: runs.flat(), more: runs.length < found.length };
  }

  /** What was decided, the newest first; of runs that are archived each journal has it. */
  async decisions(query: ListDecisionsQuery): Promise<{ decisions: DecisionMade[]; more: boolean }> {
    const { since, before, limit, ...filter } = query;
    const most = Math.min(limit || DEFAULT_DECISIONS, MAX_DECISIONS);
    const found = await decisionsMade(this.dataSource, {
      ...filter,
      since: since && timestampDate(since),
      before: before && timestampDate(before),
      limit: most + 1,
    });
    const messages = found.slice(0, most).flatMap((made) => decisionMessage(made) ?? []);
    const decisions = thatFit(messages, bytesOf(DecisionMadeSchema));
    return { decisions, more: decisions.length < found.length };
  }

  /**
   * Decides whether a call is performed. Deciding the same once more changes nothing.
   *
   * @throws SwitchyardError `run.not_found`, `approval.not_waiting`, `contract.invalid`, `journal.conflict` retryable
   */
  async resolve(request: ResolveApprovalRequest): Promise<void> {
    checkDecision(request, this.config.limits.taskBytes);
    const appended = await untilCurrent(() => this.append(request));
    if (!appended) return;
    metrics
      .counter('switchyard_router_approvals_total', 'What people decided about calls.', ['decision'])
      .inc({ decision: request.decision });
    this.notices.arrived(appended, 'approval_resolved');
  }

  /** Undefined where it was decided so before. */
  private async append(request: ResolveApprovalRequest): Promise<Appended | undefined> {
    const { tenant, runId, callId, decision, reason, actor, arguments: edited } = request;
    const state = await this.journal.loadState(runId);
    if (state.tenant !== tenant) throw runNotFound(runId);
    const call = state.openCalls.find((candidate) => candidate.callId === callId);
    const expired =
      call !== undefined && call.approvalExpiresAt !== '' && new Date(call.approvalExpiresAt) <= new Date();
    if (hasEnded(state) || call?.approval !== 'requested' || expired) {
      const decided = await this.decisionOn(runId, callId);
      if (decided && isSameDecision(decided.resolved, request)) return undefined;
      throw notWaiting({ state, callId, call, decided });
    }
    const by = actor || 'bus';
    const value = { callId, decision, by, reason, ...(edited ? { arguments: edited } : {}) };
    const body: RunEventBodyInit = { case: 'approvalResolved', value };
    return this.journal.append(state, [{ body, actor: by, traceId: currentTraceId() ?? '' }]);
  }

  private async decisionOn(
    runId: string,
    callId: string,
  ): Promise<{ resolved: ApprovalResolved; time: Date } | undefined> {
    for (const { body, time } of await entriesOfTypes(this.dataSource, runId, ['ApprovalResolved'])) {
      if (body.case === 'approvalResolved' && body.value.callId === callId)
        return { resolved: body.value, time: time ? timestampDate(time) : new Date(0) };
    }
    return undefined;
  }
}
