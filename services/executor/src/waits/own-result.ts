import type { ToolDefinition } from '@switchyard/contracts';
import type { OpenCall, RunEventBodyInit } from '@switchyard/journal';
import { validateArguments } from '@switchyard/models';
import type { OwnOutcome } from './own-call.js';

/** The call gave this text. */
export function settledWith(call: OpenCall, text: string, more: { untrusted?: true } = {}): OwnOutcome {
  return settled(call, { status: 'ok', content: [{ type: 'text', text, ...more }] });
}

/** The model is told why the call came to nothing. */
export function settledAsError(call: OpenCall, code: string, message: string): OwnOutcome {
  return settled(call, { status: 'error', error: { code, message } });
}

/**
 * Why the arguments are not those of the tool; undefined where they are. A model's are judged when it answers: these may
 * have been edited by a person since.
 */
export function faultOfArguments(tool: ToolDefinition | undefined, call: OpenCall): string | undefined {
  const verdict = validateArguments(tool?.parameters ?? {}, call.arguments);
  return verdict.ok ? undefined : verdict.reason;
}

function settled(
  call: OpenCall,
  result: {
    status: string;
    content?: { type: string; text: string; untrusted?: true }[];
    error?: { code: string; message: string };
  },
): OwnOutcome {
  const body: RunEventBodyInit = {
    case: 'toolCallSettled',
    value: { tool: call.tool, result: { callId: call.callId, ...result } },
  };
  return { is: 'settled', bodies: [body] };
}
