import type { MessageInitShape, ToolResultSchema } from '@switchyard/contracts';
import type { OpenCall, RunEventBodyInit } from '@switchyard/journal';

/** Whether a call may be performed. */
export type Approval =
  /** None was asked for, or it was given. */
  | { is: 'given' }
  /** Nobody has decided yet; it expires at `until`, where it does. */
  | { is: 'open'; until?: Date }
  /** It is not performed: what is journaled, ToolCallSettled last. */
  | { is: 'refused'; bodies: RunEventBodyInit[] };

/** Pure. An approval that nobody gave in time is resolved here, for nobody else looks at the clock. */
export function approvalOfCall(call: OpenCall, now: Date): Approval {
  switch (call.approval) {
    case 'denied':
      return { is: 'refused', bodies: [refusal(call, 'tool.denied', denial(call))] };
    case 'expired':
      return { is: 'refused', bodies: [expiry(call)] };
    case 'requested': {
      if (call.approvalExpiresAt === '') return { is: 'open' };
      const until = new Date(call.approvalExpiresAt);
      if (until > now) return { is: 'open', until };
      const resolved: RunEventBodyInit = {
        case: 'approvalResolved',
        value: { callId: call.callId, decision: 'expired', by: 'executor' },
      };
      return { is: 'refused', bodies: [resolved, expiry(call)] };
    }
    default:
      return { is: 'given' };
  }
}

/** Of a call whose arguments were changed to what a rule denies. */
export function refusedByRules(call: OpenCall, reason: string): RunEventBodyInit {
  return refusal(call, 'tool.denied', saying('The rules do not allow', reason));
}

/** With what the person, or the rule, said, for the model to act on. */
function denial({ approvalReason = '', approvalBy }: OpenCall): string {
  return saying(approvalBy === undefined ? 'A person refused' : 'The rules do not allow', approvalReason);
}

function saying(who: string, reason: string): string {
  const why = reason.trim();
  return `${who} this call${why === '' ? '' : `: ${why}`}${/[.!?]$/.test(why) ? '' : '.'}`;
}

function expiry(call: OpenCall): RunEventBodyInit {
  return refusal(call, 'tool.expired', 'Nobody approved this call in time. It was not performed.');
}

function refusal(call: OpenCall, code: string, message: string): RunEventBodyInit {
  const result: MessageInitShape<typeof ToolResultSchema> = {
    callId: call.callId,
    status: 'error',
    error: { code, message },
  };
  return { case: 'toolCallSettled', value: { tool: call.tool, result } };
}
