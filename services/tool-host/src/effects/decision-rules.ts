import { contentAddress, SwitchyardError, toWire, ToolResultSchema, type ToolResult } from '@switchyard/contracts';
import type { LedgerStatus } from '../calls/ledger-rules.js';

export const DECISIONS = ['retry', 'settle', 'fail'] as const;
export type Decision = (typeof DECISIONS)[number];

/** A decision that was made. */
export interface Decided {
  decision: Decision;
  /** The attempt that was in doubt. */
  attempt: number;
  by: string;
  reason: string;
  time: Date;
}

/** What the ledger says of a call that somebody decides on. */
export interface DecidableCall {
  callId: string;
  tool: string;
  status: LedgerStatus;
  attempt: number;
  host: string;
  result: ToolResult | undefined;
  /** In order. */
  decisions: readonly Decided[];
}

/** What somebody asks for. */
export interface Wanted {
  decision: Decision;
  /** The attempt that is meant; 0 for whichever it is. */
  attempt: number;
  /** Of settle and fail: what the call's result becomes. */
  result: ToolResult | undefined;
}

/**
 * Whether a decision is made: `made` now, or `known` because the same one was made before, which is what a caller finds
 * that asks again after it has lost the answer.
 *
 * @throws SwitchyardError `effect.decided` where it was decided otherwise, `effect.not_unknown` where there is nothing to
 *   decide, `effect.attempt_changed` where another attempt is in doubt than the one that is meant
 */
export function judge(call: DecidableCall, wanted: Wanted): 'made' | 'known' {
  const last = call.decisions.at(-1);
  if (last && isRepeated(call, last, wanted)) return 'known';
  if (call.status === 'unknown') {
    if (wanted.attempt === 0 || wanted.attempt === call.attempt) return 'made';
    throw attemptChanged(call, wanted.attempt);
  }
  if (last) throw decidedOtherwise(call, last);
  throw notUnknown(call);
}

function isRepeated(call: DecidableCall, last: Decided, wanted: Wanted): boolean {
  if (wanted.decision !== last.decision) return false;
  // In doubt again since then: this may be a new decision on the new doubt, unless it names the attempt of the old one.
  if (call.status === 'unknown') return wanted.attempt === last.attempt;
  if (wanted.attempt !== 0 && wanted.attempt !== last.attempt) return false;
  return wanted.decision !== 'settle' || contentOf(call.result) === contentOf(wanted.result);
}

function contentOf(result: ToolResult | undefined): string {
  return result ? contentAddress({ content: toWire(ToolResultSchema, result)['content'] ?? [] }) : '';
}

function decidedOtherwise({ callId, tool, status }: DecidableCall, last: Decided): SwitchyardError {
  const when = last.time.toISOString();
  return new SwitchyardError(
    'effect.decided',
    `The call ${callId} of "${tool}" was decided already: ${last.by || 'somebody'} said "${last.decision}" at ${when}. It is ${status} now. A decision stands; there is nothing more to decide.`,
    { details: { call_id: callId, status, decision: last.decision, by: last.by, time: when } },
  );
}

function notUnknown({ callId, tool, status, host, result }: DecidableCall): SwitchyardError {
  const what =
    status === 'settled'
      ? `has its result (${result?.status ?? 'none'})`
      : `is at work on the tool host ${host}, or will be taken up`;
  return new SwitchyardError(
    'effect.not_unknown',
    `The call ${callId} of "${tool}" is not in doubt: it is ${status} and ${what}. Only a call in state unknown can be decided.`,
    { details: { call_id: callId, status } },
  );
}

function attemptChanged({ callId, tool, attempt }: DecidableCall, meant: number): SwitchyardError {
  return new SwitchyardError(
    'effect.attempt_changed',
    `The call ${callId} of "${tool}" is in doubt about attempt ${attempt}, and the decision is about attempt ${meant}. Look at it again, then decide.`,
    { details: { call_id: callId, attempt, meant } },
  );
}
