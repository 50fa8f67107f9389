import { isDeepStrictEqual } from 'node:util';
import { SwitchyardError, type ApprovalResolved, type ResolveApprovalRequest } from '@switchyard/contracts';
import { hasEnded, type OpenCall, type RunState } from '@switchyard/journal';

/** Whether the same person has decided the same before. */
export function isSameDecision(known: ApprovalResolved, asked: ResolveApprovalRequest): boolean {
  return (
    known.decision === asked.decision &&
    known.by === (asked.actor || 'router') &&
    isDeepStrictEqual(known.arguments ?? {}, asked.arguments ?? {})
  );
}

/** Why there is nothing to decide: `approval.not_waiting`, with what became of the call. */
export function notWaiting(found: {
  state: RunState;
  callId: string;
  /** Where it is open. */
  call: OpenCall | undefined;
  decided: { resolved: ApprovalResolved; time: Date } | undefined;
}): SwitchyardError {
  const { state, callId, decided } = found;
  return new SwitchyardError(
    'approval.not_waiting',
    `The call ${callId} of run ${state.runId} waits for no approval: ${reasonOf(found)}.`,
    {
      details: {
        run_id: state.runId,
        call_id: callId,
        status: state.status,
        ...(decided
          ? { decision: decided.resolved.decision, by: decided.resolved.by, time: decided.time.toISOString() }
          : {}),
      },
    },
  );
}

function reasonOf({ state, call, decided }: Parameters<typeof notWaiting>[0]): string {
  if (decided) return decisionText(decided.resolved, decided.time);
  if (hasEnded(state)) return `the run is ${state.status} since ${state.endedAt}`;
  if (!call) return 'it is no open call of the run. "switchyard approvals list" shows what waits';
  if (call.approval === 'requested') return `it expired at ${call.approvalExpiresAt}`;
  return `"${call.tool}" may be called without one`;
}

function decisionText({ decision, by, reason }: ApprovalResolved, time: Date): string {
  if (decision === 'expired') return `nobody decided in time, and it expired at ${time.toISOString()}`;
  const why = reason === '' ? '' : ` ("${reason.slice(0, 200)}")`;
  return `${by} ${decision} it at ${time.toISOString()}${why}`;
}
