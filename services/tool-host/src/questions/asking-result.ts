import { create, timestampFromDate, ToolResultSchema, type ToolCall, type ToolResult } from '@switchyard/contracts';
import type { QuestionRound } from '../tools/call-input.js';

/**
 * What a call comes to that has ended with a question. Its status is the one of calls that wait for a person: whoever asks for
 * it, of whichever version, lets its run wait.
 */
export function askingResult(call: ToolCall, { questions }: QuestionRound, startedAt: Date): ToolResult {
  const asked = questions.map(({ message }) => message).join('\n');
  return create(ToolResultSchema, {
    callId: call.callId,
    status: 'unknown',
    content: [{ type: 'text', text: `Before it goes on, the tool asks a person:\n${asked}` }],
    error: {
      code: 'tool.input_required',
      message: `"${call.tool}" asks a person. Answer with \`switchyard questions answer ${call.callId}\`.`,
      details: { call_id: call.callId, tool: call.tool },
    },
    startedAt: timestampFromDate(startedAt),
    durationMs: Math.max(0, Date.now() - startedAt.getTime()),
  });
}
