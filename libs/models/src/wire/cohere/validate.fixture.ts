import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, parseJson } from '../../json.js';

const MEMBERS = new Set(
  'model messages stream tools tool_choice max_tokens temperature p stop_sequences seed response_format'.split(' '),
);
const ROLES = new Set(['system', 'user', 'assistant', 'tool']);

/**
 * Throws what Cohere would answer to a request: its published schema of `POST /v2/chat` and its page of error messages. The
 * API says nothing of an assistant at either end; this is stricter and wants users there.
 */
export function validateCohere(body: JsonObject): void {
  for (const key of Object.keys(body)) if (!MEMBERS.has(key)) throw new Error(`invalid request: unknown field ${key}`);
  if (typeof body['model'] !== 'string' || typeof body['stream'] !== 'boolean')
    throw new Error('a model parameter is required for this endpoint.');
  const p = body['p'];
  if (p !== undefined && !(typeof p === 'number' && p >= 0.01 && p <= 0.99))
    throw new Error('invalid request: p must be between 0.01 and 0.99 inclusive.');
  const choice = body['tool_choice'];
  if (choice !== undefined && choice !== 'REQUIRED' && choice !== 'NONE')
    throw new Error(`invalid request: tool_choice ${JSON.stringify(choice)}`);
  const tools = objects(body['tools']);
  if (choice !== undefined && tools.length === 0) throw new Error('invalid request: tool_choice needs tools');
  if (body['response_format'] !== undefined && tools.length > 0)
    throw new Error('invalid request: response_format is not supported with tools');
  for (const tool of tools) {
    const definition = tool['function'];
    if (!isJsonObject(definition) || typeof definition['name'] !== 'string' || !isJsonObject(definition['parameters']))
      throw new Error('invalid request: a tool needs a name and parameters');
  }
  validateMessages(objects(body['messages']));
}

function validateMessages(messages: readonly JsonObject[]): void {
  if (messages.length === 0) throw new Error('invalid request: messages must not be empty');
  const open: string[] = [];
  messages.forEach((message, index) => {
    const role = String(message['role']);
    if (!ROLES.has(role)) throw new Error(`invalid request: unknown role ${role}`);
    if (role === 'system' && index > 0) throw new Error('system turn must be the first in the list');
    const calls = objects(message['tool_calls']);
    if (calls.length > 0 ? message['content'] !== undefined : !hasContent(message['content']))
      throw new Error('message must not be empty in a turn');
    if (role === 'tool') {
      const id = String(message['tool_call_id']);
      if (!open.includes(id)) throw new Error(`invalid request: tool_call_id ${id} was not called`);
      open.splice(open.indexOf(id), 1);
      return;
    }
    if (open.length > 0) throw new Error(`invalid request: tool calls without results: ${open.join(', ')}`);
    if (message['tool_plan'] !== undefined && (calls.length === 0 || String(message['tool_plan']).trim() === ''))
      throw new Error('invalid request: tool_plan belongs to tool calls');
    open.push(...calls.map(validateCall));
  });
  if (open.length > 0) throw new Error(`invalid request: tool calls without results: ${open.join(', ')}`);
  const first = messages.find((message) => message['role'] !== 'system');
  if (first?.['role'] !== 'user') throw new Error('invalid request: a user must begin');
  if (!['user', 'tool'].includes(String(messages.at(-1)?.['role'])))
    throw new Error('invalid request: message must be at least 1 token long or tool results must be specified.');
}

function validateCall(call: JsonObject): string {
  const { id, type } = call;
  const definition = isJsonObject(call['function']) ? call['function'] : {};
  const written = definition['arguments'];
  if (typeof id !== 'string' || id === '' || type !== 'function')
    throw new Error('invalid request: a tool call needs an id and a type');
  if (typeof definition['name'] !== 'string' || typeof written !== 'string' || !isJsonObject(parseJson(written)))
    throw new Error('invalid request: a tool call needs a name, and arguments as JSON in a string');
  return id;
}

function hasContent(content: JsonValue | undefined): boolean {
  if (typeof content === 'string') return content.trim() !== '';
  return Array.isArray(content) && content.length > 0 && objects(content).every(isBlock);
}

function isBlock(block: JsonObject): boolean {
  if (block['type'] === 'text') return typeof block['text'] === 'string' && block['text'].trim() !== '';
  return block['type'] === 'image_url' && isJsonObject(block['image_url']);
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
