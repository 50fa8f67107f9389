/** The run: its events folded to a state, its next action, and the store that fences who may write. */
export { apply, fold } from './state/apply.js';
export { CALL_KINDS, END_STATUSES, hasEnded, initialState, noUsage } from './state/run-state.js';
export type {
  CallKind,
  OpenCall,
  ParkedState,
  RunError,
  RunFork,
  RunIdentity,
  RunLimits,
  RunParent,
  RunReplay,
  RunState,
  RunStatus,
  RunSwitch,
  RunUsage,
} from './state/run-state.js';
export { endTotals } from './state/end-totals.js';
export { next } from './state/next.js';
export type { NextAction } from './state/next.js';
export { effectiveLimits, exceededLimit } from './state/limits.js';
export { REJECTED_CALL_CODES, toolMessage } from './state/tool-message.js';
export { steps, type Step } from './fork/steps.js';
export { forkPlace, lastOfWork, type ForkPlace } from './fork/fork-point.js';
export { abandonedCalls, forkedDrafts, type ForkChoices } from './fork/forked-drafts.js';
export { payloadOfRecord, type AnswerRecord, type RecordedAnswer } from './record/answer-record.js';
export { recordOfRun } from './record/record-of-run.js';
export { argumentsKey, matchCalls, type AskedCall } from './record/match-calls.js';
export { nearestCall, type ArgumentDifference, type NearestCall } from './record/divergence.js';
export { inputMessage } from './state/input-message.js';
export { draftedEvent } from './event-draft.js';
export type { EventDraft, RunEventBodyInit } from './event-draft.js';
export { isFutureForm, JOURNAL_FORM } from './forms/journal-form.js';
export { readEntry } from './forms/read-entry.js';
export { cleanJson, cleanText } from './clean-text.js';

export { BUDGET_PERIODS } from './budgets/account.js';
export type { BudgetPeriod } from './budgets/account.js';
export { BudgetStore } from './budgets/budget-store.js';
export type { BudgetOwner, BudgetRecord } from './budgets/budget-store.js';
export { RateStore } from './rates/rate-store.js';
export { isLimited } from './rates/token-bucket.js';
export type { RateLimits } from './rates/token-bucket.js';
export { agentScope, runScope, tenantScope } from './budgets/scopes.js';
export { archiveRuns } from './archive/archive-runs.js';
export { deleteRuns } from './archive/delete-runs.js';
export { lockOldRuns, OLDEST, type OldPlace, type OldRun, type OldRunQuery } from './archive/old-runs.js';
export { journalOwner } from './journal-owner.js';
export { writePayloads } from './store/payloads.js';
export type { Payload } from './payloads/claim.js';
export { appendCtes, appendParameters, type AppendItem } from './store/append-statement.js';
export { JournalStore } from './store/journal-store.js';
export type { JournalStoreOptions } from './store/journal-store.js';
export { prepareAppend, preview, type Appended } from './store/prepare-append.js';
export type { RunRecord } from './store/run-record.js';
export type { DueWake, RunCheckpoint, WakeCursor } from './store/reconcile-queries.js';
export { failedRuns, type FailedRunFilter } from './store/failed-runs.js';
export { RunTrees } from './store/run-trees.js';
export type { Handover, RunEnd, TreeDue } from './store/run-trees.js';
export type { RunFilter } from './store/run-queries.js';
export { decisionsMade, type DecisionFilter, type DecisionMade } from './store/decision-queries.js';
export { awaitedApprovals, entriesOfTypes, type ApprovalFilter, type RunInDoubt } from './store/approval-queries.js';
export { threadRuns, type ThreadRun } from './store/thread-queries.js';
export { BUDGETS } from './records/budget-kind.js';
export { PAYLOADS, PAYLOAD_USES } from './records/payload-kinds.js';
export { ENTRIES, RUNS } from './records/run-kinds.js';
