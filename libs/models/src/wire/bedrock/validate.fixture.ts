import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import type { WireRequest } from '../wire-api.js';

/** As the service answers to a request that breaks its rules. */
export class ValidationException extends Error {
  override readonly name = 'ValidationException';
}

/**
 * The published rules of Converse: the constraints of the service's model (`bedrock-runtime`, 2023-09-30), the
 * restrictions in its documentation, and what it is known to answer. Throws with the service's reason.
 */
export function validateConverse({ path, body }: WireRequest): void {
  const [, model, operation] = /^\/model\/([^/?#]+)\/(converse|converse-stream)$/.exec(path) ?? [];
  refuseUnless(model !== undefined && operation !== undefined, `no operation at ${path}`);
  refuseUnless(decodeURIComponent(model ?? '').length <= 2_048, 'modelId is too long');
  onlyMembers(body, MEMBERS, 'the request');
  refuseUnless(!hasLoneSurrogate(JSON.stringify(body)), 'The request body is not valid UTF-8.');
  validateInference(body['inferenceConfig']);
  for (const block of listOf(body['system'] ?? [], 'system')) nonBlank(block['text'], 'system');
  const messages = listOf(body['messages'], 'messages');
  const hasToolBlocks = validateMessages(messages);
  if (body['toolConfig'] !== undefined) validateTools(objectOf(body['toolConfig'], 'toolConfig'));
  else
    refuseUnless(
      !hasToolBlocks,
      'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
    );
}

const MEMBERS = ['messages', 'system', 'inferenceConfig', 'toolConfig', 'additionalModelRequestFields'];
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

function validateMessages(messages: readonly JsonObject[]): boolean {
  refuseUnless(messages.length > 0, 'Add at least one message.');
  const seen = new Set<string>();
  let open: string[] = [];
  messages.forEach((message, index) => {
    const { role } = message;
    onlyMembers(message, ['role', 'content'], `messages.${index}`);
    const expected = index % 2 === 0 ? 'user' : 'assistant';
    refuseUnless(
      role === expected,
      index === 0
        ? 'A conversation must start with a user message.'
        : 'A conversation must alternate between user and assistant roles.',
    );
    const content = listOf(message['content'], `messages.${index}.content`);
    refuseUnless(content.length > 0, `The content field in the Message object at messages.${index} is empty.`);
    for (const block of content) validateBlock(block, String(role));
    const images = JSON.stringify(content).split('"image":').length - 1;
    refuseUnless(images <= 20, 'too many images in one message');
    if (role === 'user') {
      const results = content.map((block) => block['toolResult']).filter(isJsonObject);
      const leading = content.slice(0, results.length).every((block) => block['toolResult'] !== undefined);
      refuseUnless(leading, 'toolResult blocks must come first.');
      const answered = results.map((result) => String(result['toolUseId'])).sort();
      refuseUnless(
        JSON.stringify(answered) === JSON.stringify([...open].sort()),
        `Expected toolResult blocks at messages.${index}.content for the Ids: ${open.join(', ')}, and no others.`,
      );
      open = [];
    } else {
      refuseUnless(
        content.at(-1)?.['reasoningContent'] === undefined,
        'The final block in an assistant message cannot be thinking.',
      );
      const endsWithCall = content.at(-1)?.['toolUse'] !== undefined;
      const calls = content.filter((block) => block['toolUse'] !== undefined);
      refuseUnless(calls.length === 0 || endsWithCall, 'text behind a call is taken for a prefill');
      open = content
        .map((block) => block['toolUse'])
        .filter(isJsonObject)
        .map((call) => String(call['toolUseId']));
      for (const id of open) {
        refuseUnless(!seen.has(id), 'tool_use ids must be unique');
        seen.add(id);
      }
    }
  });
  refuseUnless(messages.at(-1)?.['role'] === 'user', 'The conversation must end with a user message.');
  return seen.size > 0;
}

function validateBlock(block: JsonObject, role: string): void {
  const [kind = '', ...more] = Object.keys(block);
  refuseUnless(more.length === 0, 'A ContentBlock is a union: exactly one member.');
  const value = block[kind];
  switch (kind) {
    case 'text':
      return nonBlank(value, 'the ContentBlock object');
    case 'image':
      refuseUnless(role === 'user', 'Images are only allowed in user messages.');
      return validateImage(objectOf(value, 'image'));
    case 'toolUse': {
      const call = objectOf(value, 'toolUse');
      refuseUnless(role === 'assistant', 'toolUse is only allowed in assistant messages.');
      refuseUnless(NAME.test(String(call['toolUseId'])), 'toolUseId does not satisfy its pattern');
      refuseUnless(NAME.test(String(call['name'])), 'the name of toolUse does not satisfy its pattern');
      objectOf(call['input'], 'toolUse.input');
      return;
    }
    case 'toolResult': {
      const result = objectOf(value, 'toolResult');
      refuseUnless(role === 'user', 'toolResult is only allowed in user messages.');
      refuseUnless(NAME.test(String(result['toolUseId'])), 'toolUseId does not satisfy its pattern');
      refuseUnless([undefined, 'success', 'error'].includes(asText(result['status'])), 'status is not of its enum');
      const content = listOf(result['content'], 'toolResult.content');
      refuseUnless(content.length > 0, 'The content field cannot be empty.');
      for (const inner of content) {
        if (inner['json'] !== undefined) objectOf(inner['json'], 'json');
        else if (inner['image'] !== undefined) validateImage(objectOf(inner['image'], 'image'));
        else nonBlank(inner['text'], 'toolResult');
      }
      return;
    }
    case 'reasoningContent':
      refuseUnless(role === 'assistant', 'User messages cannot contain reasoning content.');
      return validateReasoning(objectOf(value, 'reasoningContent'));
    default:
      refuseUnless(false, `unknown ContentBlock ${kind}`);
  }
}

function validateImage(image: JsonObject): void {
  refuseUnless(['png', 'jpeg', 'gif', 'webp'].includes(String(image['format'])), 'the image format is not of its enum');
  const { bytes } = objectOf(image['source'], 'image.source');
  refuseUnless(isBase64(bytes), 'the image is not base64');
}

function validateReasoning({ reasoningText, redactedContent }: JsonObject): void {
  refuseUnless((reasoningText === undefined) !== (redactedContent === undefined), 'ReasoningContentBlock is a union.');
  if (redactedContent !== undefined) return refuseUnless(isBase64(redactedContent), 'redactedContent is not base64');
  const { text, signature } = objectOf(reasoningText, 'reasoningText');
  refuseUnless(typeof text === 'string', 'reasoningText.text: Member must not be null');
  refuseUnless(typeof signature === 'string' && signature !== '', 'thinking.signature: Field required');
}

function validateTools(toolConfig: JsonObject): void {
  onlyMembers(toolConfig, ['tools', 'toolChoice'], 'toolConfig');
  const tools = listOf(toolConfig['tools'], 'toolConfig.tools').map((tool) => objectOf(tool['toolSpec'], 'toolSpec'));
  const names = tools.map((tool) => String(tool['name']));
  refuseUnless(tools.length > 0, 'toolConfig.tools: at least one tool');
  refuseUnless(new Set(names).size === names.length, 'tool names must be unique');
  for (const tool of tools) {
    refuseUnless(NAME.test(String(tool['name'])), 'the name of a tool does not satisfy its pattern');
    if (tool['description'] !== undefined) nonBlank(tool['description'], 'toolSpec.description');
    const schema = objectOf(objectOf(tool['inputSchema'], 'inputSchema')['json'], 'inputSchema.json');
    refuseUnless(schema['type'] === 'object', 'inputSchema.json.type must be one of the following: object.');
  }
  if (toolConfig['toolChoice'] === undefined) return;
  const choice = objectOf(toolConfig['toolChoice'], 'toolChoice');
  const [kind = ''] = Object.keys(choice);
  refuseUnless(['auto', 'any', 'tool'].includes(kind) && Object.keys(choice).length === 1, 'toolChoice is a union');
  const named = kind === 'tool' ? String(objectOf(choice['tool'], 'tool')['name']) : undefined;
  refuseUnless(named === undefined || names.includes(named), 'toolChoice names a tool that is not in toolConfig');
}

function validateInference(value: JsonValue | undefined): void {
  const { maxTokens, temperature, topP, stopSequences } = objectOf(value ?? {}, 'inferenceConfig');
  refuseUnless(maxTokens === undefined || (Number.isInteger(maxTokens) && Number(maxTokens) >= 1), 'maxTokens');
  for (const share of [temperature, topP])
    refuseUnless(share === undefined || (Number(share) >= 0 && Number(share) <= 1), 'must be between 0 and 1');
  refuseUnless(Array.isArray(stopSequences ?? []), 'stopSequences');
  for (const each of Array.isArray(stopSequences) ? stopSequences : []) refuseUnless(each !== '', 'stopSequences');
}

function nonBlank(text: JsonValue | undefined, where: string): void {
  refuseUnless(typeof text === 'string' && text.trim() !== '', `The text field in ${where} is blank.`);
}

function onlyMembers(value: JsonObject, members: readonly string[], where: string): void {
  for (const name of Object.keys(value)) refuseUnless(members.includes(name), `${where}: unknown member ${name}`);
}

function listOf(value: JsonValue | undefined, where: string): JsonObject[] {
  if (!Array.isArray(value)) throw new ValidationException(`${where} is not a list`);
  return value.map((each) => objectOf(each, where));
}

function objectOf(value: JsonValue | undefined, where: string): JsonObject {
  if (!isJsonObject(value)) throw new ValidationException(`The format of the value at ${where} is invalid.`);
  return value;
}

function asText(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value).replaceAll('"', '');
}

function isBase64(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value !== '' && Buffer.from(value, 'base64').toString('base64') === value;
}

function hasLoneSurrogate(json: string): boolean {
  // JSON.stringify writes a lone surrogate as an escape; a backslash of the text itself is doubled.
  return /(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/.test(json);
}

function refuseUnless(holds: boolean, reason: string): void {
  if (!holds) throw new ValidationException(reason);
}
