import type { CanonicalMessage, Dialect, JsonObject, Part, ToolCallPart, ToolResultPart } from '@switchyard/models';
import { DEFAULT_PROMPT, DialectReader, dialectOf, textOf } from '@switchyard/models';
import type { SimulatedRequest } from '../conversation.js';
import { asObject } from '../rules/schema.js';
import { readTools } from './read-tools.js';
import { readResults } from './read-results.js';
import type { WrittenForm } from './written-form.js';

/**
 * A request in which tools, calls and results are text, as the model of this dialect understands it. One whose tools stand in their
 * own fields is understood already.
 */
export function readAsText(request: SimulatedRequest, { dialect: name }: WrittenForm): SimulatedRequest {
  const dialect = dialectOf(name);
  if (dialect === undefined || request.tools.length > 0) return request;
  const { tools: form, results } = { ...DEFAULT_PROMPT, ...dialect.prompt };
  const tools = request.messages.flatMap((message) =>
    message.role === 'system' ? readTools(form, textOf(message)) : [],
  );
  const schemas = new Map(tools.map((tool) => [tool.name, tool.inputSchema]));
  const messages: CanonicalMessage[] = [];
  let open: ToolCallPart[] = [];
  request.messages.forEach((message, turn) => {
    if (message.role === 'assistant') {
      const parts = readSaid(dialect, message, schemas, turn);
      open = parts.filter((part) => part.type === 'tool_call');
      messages.push({ role: 'assistant', parts });
      return;
    }
    const { texts, rest } = open.length === 0 ? { texts: [], rest: '' } : readResults(results, textOf(message));
    if (message.role !== 'user' || texts.length === 0) {
      messages.push(message);
      return;
    }
    messages.push({
      role: 'tool',
      parts: texts.slice(0, open.length).map((text, index) => asResult(text, open[index])),
    });
    open = [];
    if (rest !== '') messages.push({ role: 'user', parts: [{ type: 'text', text: rest }] });
  });
  return { ...request, tools, messages };
}

function readSaid(
  dialect: Dialect,
  message: CanonicalMessage,
  schemas: ReadonlyMap<string, JsonObject>,
  turn: number,
): Part[] {
  const reader = new DialectReader({ dialect, schemaOf: (name) => schemas.get(name) });
  const events = [...reader.push(textOf(message)), ...reader.end()];
  return events.flatMap((event, index): Part[] => {
    if (event.type === 'text') return [{ type: 'text', text: event.text }];
    if (event.type !== 'call') return [];
    const name = event.call.name.replace(/^functions\.(.*):\d+$/u, '$1');
    const args = asObject(JSON.parse(event.call.arguments === '' ? '{}' : event.call.arguments)) ?? {};
    return [{ type: 'tool_call', id: `text_${turn}_${index}`, name, arguments: args }];
  });
}

function asResult(text: string, call: ToolCallPart | undefined): ToolResultPart {
  return {
    type: 'tool_result',
    callId: call?.id ?? '',
    name: call?.name ?? '',
    parts: [{ type: 'text', text }],
    isError: text.startsWith('Error: '),
  };
}
