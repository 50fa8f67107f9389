import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';

const MEMBERS = new Set(
  'model max_tokens messages stream system tools tool_choice temperature top_p stop_sequences thinking anthropic_version'.split(
    ' ',
  ),
);
const ID = /^[a-zA-Z0-9_-]+$/;
const NAME = /^[a-zA-Z0-9_-]{1,128}$/;

/** Throws, with the words of the API, what the Messages API answers 400 to. */
export function validateMessagesApi(body: JsonObject): void {
  for (const key of Object.keys(body)) refuseUnless(MEMBERS.has(key), `${key}: Extra inputs are not permitted`);
  refuseUnless(Number.isInteger(body['max_tokens']) && Number(body['max_tokens']) >= 1, 'max_tokens: Field required');
  refuseUnless(body['system'] === undefined || body['system'] !== '', 'system: text content blocks must be non-empty');
  const names = listOf(body['tools'] ?? []).map((tool) => String(tool['name']));
  for (const name of names) refuseUnless(NAME.test(name), `tools.name: ${name} does not match its pattern`);
  refuseUnless(new Set(names).size === names.length, 'tools: Tool names must be unique.');
  refuseUnless(body['tool_choice'] === undefined || names.length > 0, 'tool_choice may only be specified with tools');
  const hasCalls = validateTurns(listOf(body['messages']));
  refuseUnless(!hasCalls || names.length > 0, 'Requests which include tool_use blocks must define tools');
}

function validateTurns(messages: readonly JsonObject[]): boolean {
  refuseUnless(messages.length > 0, 'messages: at least one message is required');
  const seen = new Set<string>();
  let open: string[] = [];
  messages.forEach(({ role, content }, index) => {
    refuseUnless(
      role === (index % 2 === 0 ? 'user' : 'assistant'),
      'messages: roles must alternate between user and assistant',
    );
    const blocks = listOf(content);
    refuseUnless(blocks.length > 0, `messages.${index}: all messages must have non-empty content`);
    const types = blocks.map(({ type }) => String(type));
    for (const block of blocks)
      refuseUnless(
        block['type'] !== 'text' || String(block['text']).trim() !== '',
        'text content blocks must contain non-whitespace text',
      );
    if (role === 'user') {
      const results = blocks.filter(({ type }) => type === 'tool_result');
      refuseUnless(
        types.slice(0, results.length).every((type) => type === 'tool_result'),
        `messages.${index}: tool_result blocks must come first`,
      );
      const answered = results.map((block) => String(block['tool_use_id'])).sort();
      refuseUnless(
        JSON.stringify(answered) === JSON.stringify([...open].sort()),
        `messages.${index}: tool_use ids were found without tool_result blocks immediately after: ${open.join(', ')}`,
      );
      refuseUnless(!types.some((type) => type.endsWith('thinking') || type === 'tool_use'), 'a block of an assistant');
      open = [];
      return;
    }
    refuseUnless(
      !String(types.at(-1)).endsWith('thinking'),
      'The final block in an assistant message cannot be `thinking`',
    );
    for (const block of blocks.filter(({ type }) => type === 'thinking'))
      refuseUnless(
        typeof block['signature'] === 'string' && block['signature'] !== '',
        'thinking.signature: Field required',
      );
    open = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => String(id));
    for (const id of open) {
      refuseUnless(ID.test(id), `tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$': ${id}`);
      refuseUnless(!seen.has(id), '`tool_use` ids must be unique');
      seen.add(id);
    }
    for (const block of blocks.filter(({ type }) => type === 'tool_use')) {
      refuseUnless(NAME.test(String(block['name'])), `tool_use.name: ${String(block['name'])}`);
      refuseUnless(isJsonObject(block['input']), 'tool_use.input: Input should be a valid dictionary');
    }
  });
  refuseUnless(messages.at(-1)?.['role'] === 'user', 'the conversation must end with a user message');
  return seen.size > 0;
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  if (!Array.isArray(value)) throw new Error('a list was expected');
  return value.filter(isJsonObject);
}

function refuseUnless(holds: boolean, reason: string): void {
  if (!holds) throw new Error(reason);
}
