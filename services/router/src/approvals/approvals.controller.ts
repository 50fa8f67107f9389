import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  create,
  ResolveApprovalRequestSchema,
  RouterService,
  type ApprovalListSchema,
  type DecisionListSchema,
  type DecideApprovalRequest,
  type ListApprovalsQuery,
  type ListDecisionsQuery,
  type ResolveApprovalRequest,
  type Run,
} from '@switchyard/contracts';
import { JournalStore } from '@switchyard/journal';
import { runNotFound } from '../runs/run-errors.js';
import { runMessage } from '../runs/run-message.js';
import type { Init } from '../shared/init.js';
import { ApprovalsService } from './approvals.service.js';

@Controller()
export class ApprovalsController {
  constructor(
    @Inject(ApprovalsService) private readonly approvals: ApprovalsService,
    @Inject(JournalStore) private readonly journal: JournalStore,
  ) {}

  @Rpc(RouterService.method.listApprovals)
  list(query: ListApprovalsQuery): Promise<Init<typeof ApprovalListSchema>> {
    return this.approvals.list(query);
  }

  @Rpc(RouterService.method.listDecisions)
  listDecisions(query: ListDecisionsQuery): Promise<Init<typeof DecisionListSchema>> {
    return this.approvals.decisions(query);
  }

  /** Answers after the commit. */
  @Rpc(RouterService.method.resolveApproval)
  async resolve(request: ResolveApprovalRequest): Promise<Run> {
    await this.approvals.resolve(request);
    const run = await this.journal.findRun(request.runId);
    if (!run) throw runNotFound(request.runId);
    return runMessage(run);
  }

  /** By a client of the bus: whatever it calls itself, nobody takes it for somebody with a key ("user:<name>"), nor for a rule. */
  @Rpc(RouterService.method.decideApproval)
  decide(request: DecideApprovalRequest): Promise<Run> {
    const { tenant, runId, callId, decision, reason, name, arguments: edited } = request;
    const resolved = { tenant, runId, callId, decision, reason, actor: `bus:${name}` };
    return this.resolve(
      create(ResolveApprovalRequestSchema, { ...resolved, ...(edited ? { arguments: edited } : {}) }),
    );
  }
}
