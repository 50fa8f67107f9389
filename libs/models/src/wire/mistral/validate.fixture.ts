import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, parseJson } from '../../json.js';

/** Mistral answers 422 to a member that it does not document. */
const MEMBERS = new Set(
  'model messages stream tools tool_choice parallel_tool_calls max_tokens temperature top_p stop random_seed response_format'.split(
    ' ',
  ),
);
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const ID = /^[a-zA-Z0-9]{9}$/;

/** What may follow what, as in `mistral-common`'s validator for serving; stricter in that instructions come first and once. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  system: ['user'],
  user: ['user', 'assistant'],
  assistant: ['assistant', 'user', 'tool'],
  tool: ['assistant', 'tool'],
};

/** Throws, with Mistral's words, what Mistral would answer to a request. */
export function validateMistral(body: JsonObject): void {
  for (const key of Object.keys(body)) if (!MEMBERS.has(key)) throw new Error(`Extra inputs are not permitted: ${key}`);
  const choice = body['tool_choice'];
  if (choice !== undefined && !isJsonObject(choice) && !['auto', 'none', 'any', 'required'].includes(String(choice)))
    throw new Error(`Invalid tool_choice ${JSON.stringify(choice)}`);
  const { response_format: format } = body;
  if (isJsonObject(format) && objects(body['tools']).length > 0)
    throw new Error('Cannot use json response type with tools');
  for (const tool of objects(body['tools'])) if (!NAME.test(nameOf(tool))) throw wrongName(nameOf(tool));
  validateMessages(objects(body['messages']));
}

function validateMessages(messages: readonly JsonObject[]): void {
  if (messages.length === 0) throw new Error('Conversation must have at least one message');
  if (!['user', 'system'].includes(roleOf(messages[0])))
    throw new Error('Conversation must start with a user message or system message');
  const open: string[] = [];
  const seen = new Set<string>();
  messages.forEach((message, index) => {
    const role = roleOf(message);
    const before = messages[index - 1];
    if (before !== undefined && !(FOLLOWS[roleOf(before)] ?? []).includes(role))
      throw new Error(`Unexpected role '${role}' after role '${roleOf(before)}'`);
    if (role === 'tool') {
      const id = String(message['tool_call_id']);
      if (!open.includes(id)) throw new Error('Unexpected tool call id in tool results');
      open.splice(open.indexOf(id), 1);
      if (!NAME.test(String(message['name']))) throw wrongName(String(message['name']));
      if (typeof message['content'] !== 'string') throw new Error('Tool message must have content');
      return;
    }
    if (open.length > 0) throw new Error('Not the same number of function calls and responses');
    if (role === 'assistant') open.push(...validateAssistant(message, seen));
    else if (!hasContent(message['content'])) throw new Error(`${role} message must have content`);
  });
  if (open.length > 0) throw new Error('Not the same number of function calls and responses');
  if (!['user', 'tool'].includes(roleOf(messages.at(-1))))
    throw new Error(`Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant`);
}

/** The ids of its calls. */
function validateAssistant(message: JsonObject, seen: Set<string>): string[] {
  const calls = objects(message['tool_calls']);
  if (!hasContent(message['content']) && calls.length === 0)
    throw new Error('Assistant message must have either content or tool_calls, but not none.');
  for (const chunk of objects(message['content'])) {
    const { type, thinking } = chunk;
    if (type === 'thinking' ? objects(thinking).length === 0 : type !== 'text')
      throw new Error(`Invalid content chunk ${JSON.stringify(chunk)}`);
  }
  return calls.map((call) => {
    const id = String(call['id']);
    if (!ID.test(id)) throw new Error(`Tool call id was ${id} but must be a-z, A-Z, 0-9, with a length of 9.`);
    if (seen.has(id)) throw new Error('Duplicate tool call id in assistant messages');
    seen.add(id);
    if (!NAME.test(nameOf(call))) throw wrongName(nameOf(call));
    const written = isJsonObject(call['function']) ? call['function']['arguments'] : undefined;
    if (typeof written !== 'string' || !isJsonObject(parseJson(written)))
      throw new Error('Function call arguments must be a JSON object in a string');
    return id;
  });
}

function hasContent(content: JsonValue | undefined): boolean {
  return typeof content === 'string' ? content.trim() !== '' : objects(content).length > 0;
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function roleOf(message: JsonObject | undefined): string {
  return String(message?.['role']);
}

function nameOf(entry: JsonObject): string {
  return isJsonObject(entry['function']) ? String(entry['function']['name']) : '';
}

function wrongName(name: string): Error {
  return new Error(`Function name was ${name} but must be a-z, A-Z, 0-9, or contain underscores and dashes.`);
}
