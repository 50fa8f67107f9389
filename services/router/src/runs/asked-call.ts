import { SwitchyardError } from '@switchyard/contracts';
import type { OpenCall, RunState } from '@switchyard/journal';

/**
 * Checks that the run waits for an answer to this call.
 *
 * @throws SwitchyardError `run.already_answered`, `run.asks_nothing`
 */
export function checkAsked(state: RunState, callId: string): void {
  const { runId } = state;
  const call = state.openCalls.find((candidate) => candidate.callId === callId);
  const details = { run_id: runId, call_id: callId };
  if (call?.kind === 'ask' ? call.answer !== null || call.result !== null : !call && wasCalled(state, callId)) {
    throw new SwitchyardError(
      'run.already_answered',
      `The call ${callId} of run ${runId} has its answer. To add to it, send input without naming a call.`,
      { details },
    );
  }
  if (call?.kind === 'ask') return;
  const what = call ? `is a call of "${call.tool}", which asks nobody` : 'is none of its calls';
  throw new SwitchyardError('run.asks_nothing', `${callId} ${what}: the run ${runId} ${asks(state)}`, { details });
}

/** A result of the call stands in the conversation. */
function wasCalled({ messages }: RunState, callId: string): boolean {
  return messages.some(({ parts }) => parts.some((part) => part.type === 'tool_result' && part.callId === callId));
}

function asks({ openCalls }: RunState): string {
  const open = openCalls.filter((call) => call.kind === 'ask' && call.answer === null && call.result === null);
  if (open.length === 0) return 'waits for no answer. Send input without naming a call to add to its conversation.';
  return `waits for an answer to ${open.map(told).join(', ')}.`;
}

function told({ callId, arguments: { question } }: OpenCall): string {
  return typeof question === 'string' ? `${callId} ("${question.slice(0, 100)}")` : callId;
}
