import type { JsonObject, ToolResult } from '@switchyard/contracts';
import type { CanonicalMessage } from '@switchyard/models';
import { isCanonicalMessage, toolResultMessage } from '@switchyard/models/messages';

/** Codes of calls that never reached a tool: the model wrote them wrong. */
export const REJECTED_CALL_CODES: readonly string[] = ['tool.invalid_arguments', 'tool.not_found', 'tool.rejected'];

/** What the model is told of a settled call. */
export function toolMessage(call: { callId: string; tool: string }, result: ToolResult): CanonicalMessage {
  const target = { id: call.callId, name: call.tool };
  const isError = result.status !== 'ok';
  const parts = contentParts(result.content);
  if (isError && parts.length === 0) return toolResultMessage(target, errorText(result), { isError });
  const message: unknown = {
    role: 'tool',
    parts: [{ type: 'tool_result', callId: call.callId, name: call.tool, parts, isError }],
  };
  if (isCanonicalMessage(message)) return message;
  // Content in no form that a model could be shown (a newer tool host): shown as the JSON that it is.
  return toolResultMessage(target, JSON.stringify(result.content), { isError });
}

function contentParts(content: readonly JsonObject[]): JsonObject[] {
  return content.map((part) => ({ ...part }));
}

function errorText(result: ToolResult): string {
  if (result.status === 'unknown') return 'Nobody knows whether this call took effect.';
  const { code, message } = result.error ?? { code: 'tool.failed', message: 'The tool gave no reason.' };
  return `${code}: ${message}`;
}
