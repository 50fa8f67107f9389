import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';

const ROLES = new Set(['system', 'user', 'assistant', 'tool']);

/**
 * Throws what Ollama would answer to a request: the Go types of its API (arguments are a map, images are bytes in base64,
 * content is a string), and what templates need on top: each result names a tool that was called.
 */
export function validateOllama(body: JsonObject): void {
  if (typeof body['model'] !== 'string' || body['model'] === '') throw new Error('model is required');
  if (typeof body['stream'] !== 'boolean') throw new Error('cannot unmarshal stream into Go value of type bool');
  const { options } = body;
  if (!isJsonObject(options) || !Number.isSafeInteger(options['num_ctx'])) throw new Error('num_ctx is not said');
  for (const key of ['num_predict', 'seed'])
    if (options[key] !== undefined && !Number.isSafeInteger(options[key]))
      throw new Error(`option "${key}" must be of type integer`);
  const messages = body['messages'];
  if (!Array.isArray(messages) || messages.length === 0) throw new Error('no messages: the model would only be loaded');
  const open: string[] = [];
  for (const message of messages) {
    if (!isJsonObject(message)) throw new Error('cannot unmarshal a message');
    const role = String(message['role']);
    if (!ROLES.has(role)) throw new Error(`invalid role: ${role}`);
    if (typeof message['content'] !== 'string')
      throw new Error('cannot unmarshal content into Go value of type string');
    validateImages(message['images']);
    if (role === 'tool') {
      const id = `${String(message['tool_call_id'])} ${String(message['tool_name'])}`;
      if (!open.includes(id)) throw new Error(`a result of a call that was not made: ${id}`);
      open.splice(open.indexOf(id), 1);
      continue;
    }
    if (open.length > 0) throw new Error(`calls without results: ${open.join(', ')}`);
    open.push(...validateCalls(message['tool_calls']));
    const says = message['content'] !== '' || message['images'] !== undefined || open.length > 0;
    if (!says) throw new Error('a message that says nothing');
  }
  if (open.length > 0) throw new Error(`calls without results: ${open.join(', ')}`);
}

function validateCalls(calls: JsonValue | undefined): string[] {
  return (Array.isArray(calls) ? calls : []).map((call) => {
    const definition = isJsonObject(call) ? call['function'] : undefined;
    if (!isJsonObject(call) || !isJsonObject(definition) || typeof definition['name'] !== 'string')
      throw new Error('cannot unmarshal a tool call');
    if (!isJsonObject(definition['arguments']))
      throw new Error('cannot unmarshal string into Go struct field of type api.ToolCallFunctionArguments');
    return `${String(call['id'])} ${definition['name']}`;
  });
}

function validateImages(images: JsonValue | undefined): void {
  if (images === undefined) return;
  if (!Array.isArray(images) || !images.every((image) => typeof image === 'string' && /^[A-Za-z0-9+/]+=*$/.test(image)))
    throw new Error('illegal base64 data');
}
