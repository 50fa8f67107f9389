import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, parseJson } from '../../json.js';

const PARAMETERS = new Set([
  'model',
  'input',
  'instructions',
  'store',
  'stream',
  'include',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'text',
]);

/** What the model behind a profile takes. */
export interface ModelLimits {
  reasons: boolean;
}

/** Throws with the endpoint's own reason if it would answer 400 to a request for `POST /responses`. */
export function validateResponses(body: JsonObject, limits: ModelLimits): void {
  for (const name of Object.keys(body)) if (!PARAMETERS.has(name)) refuse(`Unknown parameter: '${name}'.`);
  if (typeof body['model'] !== 'string') refuse("Missing required parameter: 'model'.");
  if (body['instructions'] !== undefined) text(body['instructions'], 'instructions');
  const { input } = body;
  if (!Array.isArray(input) || input.length === 0) refuse("Missing required parameter: 'input'.");
  else
    checkItems(
      input.map((item, index) => object(item, `input[${index}]`)),
      body,
      limits,
    );
  if (body['include'] !== undefined && !limits.reasons) refuse('Encrypted content is not supported with this model.');
  const least = body['max_output_tokens'];
  if (least !== undefined && !(Number.isInteger(least) && Number(least) >= 16))
    refuse(
      `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${String(least)}.`,
    );
  checkTools(body);
  if (/\\ud[89a-f][0-9a-f]{2}/i.test(JSON.stringify(body))) refuse('We could not parse the JSON body of your request.');
}

function checkItems(items: readonly JsonObject[], body: JsonObject, limits: ModelLimits): void {
  const open = new Set<string>();
  const called = new Set<string>();
  const ids = new Set<JsonValue>();
  items.forEach((item, index) => {
    const at = `input[${index}]`;
    const { id } = item;
    if (id !== undefined) {
      if (ids.has(id)) refuse(`Duplicate item found with id ${String(id)}. Remove duplicate items from your input.`);
      ids.add(id);
    }
    switch (item['type']) {
      case 'message':
        checkMessage(item, at);
        break;
      case 'function_call': {
        const callId = String(item['call_id']);
        if (!/^.{1,64}$/.test(callId)) refuse(`Invalid '${at}.call_id': string too long or empty.`);
        if (id !== undefined && !String(id).startsWith('fc'))
          refuse(`Invalid '${at}.id'. Expected an ID that begins with 'fc'.`);
        if (called.has(callId)) refuse(`Duplicate 'call_id': ${callId}`);
        if (!/^[a-zA-Z0-9_-]{1,64}$/.test(String(item['name']))) refuse(`Invalid '${at}.name': wrong pattern.`);
        if (!isJsonObject(parseJson(text(item['arguments'], `${at}.arguments`)))) refuse(`Invalid '${at}.arguments'.`);
        called.add(callId);
        open.add(callId);
        break;
      }
      case 'function_call_output':
        if (!open.delete(String(item['call_id'])))
          refuse(`No tool call found for function call output with call_id ${String(item['call_id'])}.`);
        if (typeof item['output'] !== 'string') checkContent(item['output'], ['input_text', 'input_image'], at);
        break;
      case 'reasoning':
        checkReasoning(item, items.slice(index + 1), at, body, limits);
        break;
      default:
        refuse(`Invalid value: '${String(item['type'])}' at ${at}.type.`);
    }
  });
  if (open.size > 0) refuse(`No tool output found for function call ${[...open].join(', ')}.`);
}

function checkMessage(item: JsonObject, at: string): void {
  const { role } = item;
  if (role !== 'user' && role !== 'system' && role !== 'developer' && role !== 'assistant')
    refuse(`Invalid value: '${String(role)}' at ${at}.role.`);
  checkContent(item['content'], role === 'assistant' ? ['output_text', 'refusal'] : ['input_text', 'input_image'], at);
}

function checkContent(content: JsonValue | undefined, types: readonly string[], at: string): void {
  if (!Array.isArray(content) || content.length === 0) return refuse(`Invalid '${at}.content': empty array.`);
  for (const entry of content) {
    const part = object(entry, `${at}.content`);
    const type = String(part['type']);
    if (!types.includes(type)) refuse(`Invalid value: '${type}'. Supported values are: ${types.join(', ')}.`);
    if (type === 'input_image') {
      const url = text(part['image_url'], `${at}.image_url`);
      if (!/^https?:\/\/|^data:image\/(png|jpeg|gif|webp);base64,./.test(url))
        refuse(`Invalid '${at}.image_url'. Expected a valid URL or a base64-encoded data URL with an image MIME type.`);
    } else if (text(part['text'], `${at}.text`) === '') refuse(`Invalid '${at}.text': empty string.`);
  }
}

function checkReasoning(
  item: JsonObject,
  rest: readonly JsonObject[],
  at: string,
  body: JsonObject,
  limits: ModelLimits,
): void {
  if (!limits.reasons) refuse('Reasoning input items can only be provided to a reasoning or computer use model.');
  const id = text(item['id'], `${at}.id`);
  if (!id.startsWith('rs')) refuse(`Invalid '${at}.id': '${id}'. Expected an ID that begins with 'rs'.`);
  const { summary } = item;
  if (!Array.isArray(summary)) return refuse(`Missing required parameter: '${at}.summary'.`);
  for (const part of summary)
    if (object(part, `${at}.summary`)['type'] !== 'summary_text') refuse(`Invalid '${at}.summary'.`);
  if (body['store'] === false && typeof item['encrypted_content'] !== 'string')
    refuse(`Item with id '${id}' not found. Items are not persisted when \`store\` is set to false.`);
  // The check binds content and item; the tests' content says which item it is of.
  if (item['encrypted_content'] !== `sealed ${id}`)
    refuse(`The encrypted content for item ${id} could not be verified.`);
  const next = rest.find((each) => each['type'] !== 'reasoning');
  const follows = next?.['type'] === 'function_call' || next?.['role'] === 'assistant';
  if (!follows) refuse(`Item '${id}' of type 'reasoning' was provided without its required following item.`);
}

function checkTools(body: JsonObject): void {
  const names = new Set<JsonValue | undefined>();
  const tools = Array.isArray(body['tools']) ? body['tools'] : [];
  tools.forEach((entry, index) => {
    const tool = object(entry, `tools[${index}]`);
    const name = String(tool['name']);
    if (tool['type'] !== 'function' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name)) refuse(`Invalid 'tools[${index}].name'.`);
    if (names.has(name)) refuse(`Tool names must be unique: ${name}.`);
    names.add(name);
    const schema = object(tool['parameters'], `tools[${index}].parameters`);
    if (schema['type'] !== 'object')
      refuse(`Invalid schema for function '${name}': schema must be of 'type: "object"'.`);
    if (['oneOf', 'anyOf', 'allOf', 'enum', 'not'].some((keyword) => schema[keyword] !== undefined))
      refuse(`Invalid schema for function '${name}': no alternatives at the top level.`);
    if (!isJsonObject(schema['properties']))
      refuse(`Invalid schema for function '${name}': In context=(), object schema missing properties.`);
    if (tool['strict'] !== false) refuse(`Invalid schema for function '${name}': strict asks for more.`);
  });
  const choice = body['tool_choice'];
  if (choice === undefined) return;
  if (tools.length === 0) refuse("Tool choice may only be specified when 'tools' are.");
  if (isJsonObject(choice) ? !names.has(choice['name']) : !['auto', 'none', 'required'].includes(String(choice)))
    refuse("Tool choice not found in 'tools' parameter.");
}

function object(value: JsonValue | undefined, at: string): JsonObject {
  if (!isJsonObject(value)) throw new Error(`Invalid type for '${at}': expected an object.`);
  return value;
}

function text(value: JsonValue | undefined, at: string): string {
  if (typeof value !== 'string') throw new Error(`Invalid type for '${at}': expected a string.`);
  return value;
}

function refuse(reason: string): void {
  throw new Error(reason);
}
