import {
  create,
  fromValue,
  SwitchyardError,
  timestampFromDate,
  ToolResultSchema,
  type DecideEffectRequest,
  type JsonObject,
  type ToolResult,
} from '@switchyard/contracts';

/** Far below what one message carries; what a tool gives is cut at less. */
export const MAX_RESULT_BYTES = 256 * 1024;

/**
 * The result that a person gives a call: of `settle` what the tool would have given, of `fail` an error that the model
 * reads. Of `retry` there is none.
 *
 * @throws SwitchyardError `effect.invalid`, `effect.result_too_large`
 */
export function decidedResult(request: DecideEffectRequest, startedAt: Date): ToolResult | undefined {
  const { callId, decision, result } = request;
  if (decision !== 'settle' && result !== undefined) {
    throw new SwitchyardError(
      'effect.invalid',
      `A result belongs to the decision "settle", and this one is "${decision}".`,
    );
  }
  if (decision === 'fail') return failed(request, startedAt);
  if (decision !== 'settle') return undefined;
  if (result === undefined || result.kind.case === undefined) {
    throw new SwitchyardError(
      'effect.invalid',
      'Settling a call takes its result: what the tool gave, as a text or any JSON value. Send it as "result".',
    );
  }
  const value = fromValue(result);
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_RESULT_BYTES) {
    throw new SwitchyardError(
      'effect.result_too_large',
      `The result has ${bytes} bytes; at most ${MAX_RESULT_BYTES} are taken. Give what the agent needs of it.`,
      { details: { bytes, limit: MAX_RESULT_BYTES } },
    );
  }
  return create(ToolResultSchema, {
    callId,
    status: 'ok',
    content: [textPart(text)],
    startedAt: timestampFromDate(startedAt),
  });
}

function failed({ callId, reason, actor }: DecideEffectRequest, startedAt: Date): ToolResult {
  const message = `It was not known whether this call took effect, and a person decided that it failed${reason ? `: ${reason}` : '. No reason was given.'}`;
  return create(ToolResultSchema, {
    callId,
    status: 'error',
    content: [textPart(message)],
    error: { code: 'tool.failed_by_decision', message, details: { by: actor, reason } },
    startedAt: timestampFromDate(startedAt),
  });
}

function textPart(text: string): JsonObject {
  return { type: 'text', text };
}
