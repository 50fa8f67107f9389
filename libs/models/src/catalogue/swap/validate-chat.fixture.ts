import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, parseJson } from '../../json.js';

const MEMBERS = new Set(
  (
    'model messages stream stream_options tools tool_choice parallel_tool_calls max_tokens max_completion_tokens ' +
    'temperature top_p stop seed response_format'
  ).split(' '),
);
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * Throws what servers of chat completions answer 400 to: the rules of OpenAI's reference for `POST /chat/completions`, which all that
 * imitate it share. @param text the body as JSON
 */
export function validateChat(body: JsonObject, text: string): void {
  for (const key of Object.keys(body)) refuseUnless(MEMBERS.has(key), `Unrecognized request argument supplied: ${key}`);
  refuseUnless(typeof body['model'] === 'string' && typeof body['stream'] === 'boolean', 'model or stream is missing');
  refuseUnless(!/\\ud[89a-f][0-9a-f]{2}/i.test(text), 'the body is not valid UTF-8');
  const names = listOf(body['tools'] ?? []).map((tool) => nameOf(tool));
  for (const name of names) refuseUnless(NAME.test(name), `Invalid 'tools.function.name': ${name}`);
  refuseUnless(new Set(names).size === names.length, 'Duplicate function name');
  refuseUnless(body['tools'] === undefined || names.length > 0, "[] is too short - 'tools'");
  for (const member of ['tool_choice', 'parallel_tool_calls'])
    refuseUnless(
      body[member] === undefined || names.length > 0,
      `'${member}' is only allowed when 'tools' are specified`,
    );
  validateMessages(listOf(body['messages']));
}

function validateMessages(messages: readonly JsonObject[]): void {
  refuseUnless(messages.length > 0, 'messages must not be empty');
  const open: string[] = [];
  const seen = new Set<string>();
  for (const message of messages) {
    const { role } = message;
    if (role === 'tool') {
      const id = String(message['tool_call_id']);
      refuseUnless(open.includes(id), `tool message ${id} does not follow its tool_calls`);
      open.splice(open.indexOf(id), 1);
      refuseUnless(hasContent(message['content']), 'a tool message without content');
      continue;
    }
    refuseUnless(open.length === 0, `tool_call_ids without a response: ${open.join(', ')}`);
    refuseUnless(['system', 'developer', 'user', 'assistant'].includes(String(role)), `role ${String(role)}`);
    if (role !== 'assistant') {
      refuseUnless(hasContent(message['content']), `a ${String(role)} message without content`);
      continue;
    }
    const calls = listOf(message['tool_calls'] ?? []);
    refuseUnless(message['tool_calls'] === undefined || calls.length > 0, "[] is too short - 'tool_calls'");
    refuseUnless(calls.length > 0 || hasContent(message['content']), 'an assistant who says nothing');
    for (const call of calls) {
      const id = String(call['id']);
      refuseUnless(id !== '' && !seen.has(id), `the id ${id} twice`);
      refuseUnless(call['type'] === 'function' && NAME.test(nameOf(call)), `Invalid function name: ${nameOf(call)}`);
      const written = isJsonObject(call['function']) ? call['function']['arguments'] : undefined;
      const args = typeof written === 'string' ? parseJson(written) : written;
      refuseUnless(isJsonObject(args), 'arguments that are no object');
      seen.add(id);
      open.push(id);
    }
  }
  refuseUnless(open.length === 0, `tool_call_ids without a response: ${open.join(', ')}`);
}

function hasContent(content: JsonValue | undefined): boolean {
  if (typeof content === 'string') return content !== '';
  return Array.isArray(content) && content.length > 0 && content.every((part) => isJsonObject(part) && isPart(part));
}

function isPart({ type, text, image_url: image }: JsonObject): boolean {
  if (type === 'text') return typeof text === 'string' && text !== '';
  return type === 'image_url' && isJsonObject(image) && /^(https?:|data:image\/)/.test(String(image['url']));
}

function nameOf(entry: JsonObject): string {
  return isJsonObject(entry['function']) ? String(entry['function']['name']) : '';
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  if (!Array.isArray(value)) throw new Error('a list was expected');
  return value.filter(isJsonObject);
}

function refuseUnless(holds: boolean, reason: string): void {
  if (!holds) throw new Error(reason);
}
