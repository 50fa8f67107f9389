import { dialectOf } from '../../dialects/table/index.js';
import type { CanonicalMessage, ToolCallPart } from '../../messages/message.js';
import { toolResultMessage, userMessage } from '../../messages/message-helpers.js';
import type { ToolDefinition } from '../../model-request.js';

export const CALCULATOR: ToolDefinition = {
  name: 'calculator',
  description: 'Calculates an arithmetic expression exactly. Use it for all arithmetic.',
  inputSchema: {
    type: 'object',
    properties: { expression: { type: 'string', description: 'For example 0.17 * 2340' } },
    required: ['expression'],
  },
};

export const CLOCK: ToolDefinition = {
  name: 'clock',
  description: 'Tells the current time in a time zone. Nothing else knows the time.',
  inputSchema: {
    type: 'object',
    properties: { timezone: { type: 'string', description: 'For example Asia/Tokyo' } },
    required: ['timezone'],
  },
};

export const TOOLS: readonly ToolDefinition[] = [CALCULATOR, CLOCK];
export const SUM = 'What is 17% of 2340?';
export const SUM_AND_TIME = 'What is 17% of 2340? What time is it in Tokyo?';

/** A call as another provider would have minted it. */
export const FOREIGN_CALL: ToolCallPart = {
  type: 'tool_call',
  id: 'call_Zr4kWq81LmTnB0cVxY2dE7aS',
  name: 'calculator',
  arguments: { expression: '0.17 * 2340' },
};

/** A conversation in which a tool was called elsewhere, up to its result. */
export const CALLED_ELSEWHERE: readonly CanonicalMessage[] = [
  userMessage(SUM),
  { role: 'assistant', parts: [FOREIGN_CALL] },
  toolResultMessage(FOREIGN_CALL, '397.8'),
];

/** How a tool is told in words, and how its call is to be written, where an endpoint has no place for tools. */
export function toldInWords(question: string): string {
  const tool = { name: CALCULATOR.name, description: CALCULATOR.description, parameters: CALCULATOR.inputSchema };
  const example = dialectOf('hermes')?.write([
    { id: '', name: CALCULATOR.name, arguments: { expression: '1 + 1' }, schema: CALCULATOR.inputSchema },
  ]);
  return `You have a tool:\n<tools>\n${JSON.stringify(tool)}\n</tools>\nTo use it, answer only with a call in this form:\n${example ?? ''}\n\n${question}`;
}
