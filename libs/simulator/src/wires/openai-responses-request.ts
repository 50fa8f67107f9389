import type { CanonicalMessage, ImagePart, JsonObject, Part, TextPart, ToolDefinition } from '@switchyard/models';
import type { SimulatedRequest } from '../conversation.js';
import { WireRefusal } from '../conversation.js';
import { asObject } from '../rules/schema.js';

/** What the endpoint has elsewhere, and refuses here. */
const UNKNOWN = ['messages', 'stop', 'seed', 'max_tokens', 'max_completion_tokens', 'stream_options'];

/** Reads a request for `POST /responses`, and refuses what the real endpoint refuses. */
export function readResponsesRequest(body: unknown): SimulatedRequest {
  const request = asObject(body) ?? {};
  if (typeof request['model'] !== 'string') throw refusal("Missing required parameter: 'model'.");
  for (const name of UNKNOWN)
    if (request[name] !== undefined) throw refusal(`Unknown parameter: '${name}'.`, 'unknown_parameter');
  const limit = request['max_output_tokens'];
  if (typeof limit === 'number' && limit < 16) {
    throw refusal(
      `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${limit} instead.`,
      'integer_below_min_value',
    );
  }
  const { instructions, input, tool_choice: choice, include } = request;
  const named = asObject(choice)?.['name'];
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  if (!Array.isArray(items) || items.length === 0) throw refusal("Missing required parameter: 'input'.");
  return {
    model: request['model'],
    messages: [
      ...(typeof instructions === 'string' && instructions !== ''
        ? [{ role: 'system' as const, parts: [{ type: 'text' as const, text: instructions }] }]
        : []),
      ...readItems(items),
    ],
    tools: readTools(request['tools']),
    toolChoice:
      typeof named === 'string' ? { name: named } : choice === 'none' || choice === 'required' ? choice : 'auto',
    parallelToolCalls: request['parallel_tool_calls'] !== false,
    stream: request['stream'] === true,
    streamUsage: true,
    maxOutputTokens: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
    sealsReasoning: Array.isArray(include) && include.includes('reasoning.encrypted_content'),
  };
}

/** The sealed form of a reasoning item: bound to its id, as the real one is. */
export function sealOf(id: string): string {
  return Buffer.from(`simulated ${id}`).toString('base64');
}

function readTools(tools: unknown): ToolDefinition[] {
  return (Array.isArray(tools) ? tools : []).map((entry, index) => {
    const { name, description, parameters } = asObject(entry) ?? {};
    if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
      throw refusal(`Invalid 'tools[${index}].name': string does not match pattern '^[a-zA-Z0-9_-]{1,64}$'.`);
    const schema = asObject(parameters);
    if (schema?.['type'] !== 'object' || asObject(schema['properties']) === undefined) {
      throw refusal(
        `Invalid schema for function '${name}': In context=(), object schema missing properties.`,
        'invalid_function_parameters',
      );
    }
    return { name, ...(typeof description === 'string' ? { description } : {}), inputSchema: schema };
  });
}

/** Calls and outputs meet by `call_id`, no item comes twice, and reasoning stands before what it led to. */
function readItems(items: readonly unknown[]): CanonicalMessage[] {
  const read: CanonicalMessage[] = [];
  const say = (part: Part): void => {
    const last = read.at(-1);
    if (last?.role === 'assistant') last.parts.push(part);
    else read.push({ role: 'assistant', parts: [part] });
  };
  const open = new Map<string, string>();
  const called = new Set<string>();
  const ids = new Set<string>();
  let thought: string | undefined;
  items.forEach((entry, index) => {
    const item = asObject(entry) ?? {};
    const type = item['type'] ?? 'message';
    checkId(item, String(type), ids, index);
    const isSaid = type === 'function_call' || (type === 'message' && item['role'] === 'assistant');
    if (thought !== undefined && !isSaid && type !== 'reasoning') throw unfollowed(thought);
    if (isSaid) thought = undefined;
    switch (type) {
      case 'message':
        if (item['role'] === 'assistant') readContent(item['content'], ['output_text', 'refusal'], index).forEach(say);
        else read.push(readMessage(item, index));
        return;
      case 'function_call': {
        const call = readCall(item, index);
        if (called.has(call.id)) throw refusal(`Duplicate 'call_id': ${call.id}.`);
        called.add(call.id);
        open.set(call.id, call.name);
        say(call);
        return;
      }
      case 'function_call_output': {
        const id = String(item['call_id']);
        const name = open.get(id);
        if (name === undefined) throw refusal(`No tool call found for function call output with call_id ${id}.`);
        open.delete(id);
        const { output } = item;
        const content = typeof output === 'string' ? output : readContent(output, ['input_text', 'input_image'], index);
        const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
        read.push({ role: 'tool', parts: [{ type: 'tool_result', callId: id, name, parts, isError: false }] });
        return;
      }
      case 'reasoning':
        thought = readSeal(item);
        return;
      default:
        throw refusal(`Invalid value: '${String(type)}'. (input[${index}].type)`, 'invalid_value');
    }
  });
  if (thought !== undefined) throw unfollowed(thought);
  if (open.size > 0) throw refusal(`No tool output found for function call ${[...open.keys()].join(', ')}.`);
  return read;
}

function checkId(item: JsonObject, type: string, ids: Set<string>, index: number): void {
  const { id } = item;
  if (id === undefined) return;
  const prefixes: Record<string, string> = { message: 'msg', function_call: 'fc', reasoning: 'rs' };
  const prefix = prefixes[type];
  if (prefix !== undefined && !String(id).startsWith(prefix)) {
    throw refusal(
      `Invalid 'input[${index}].id': '${String(id)}'. Expected an ID that begins with '${prefix}'.`,
      'invalid_value',
    );
  }
  if (ids.has(String(id)))
    throw refusal(`Duplicate item found with id ${String(id)}. Remove duplicate items from your input and try again.`);
  ids.add(String(id));
}

function readMessage(item: JsonObject, index: number): CanonicalMessage {
  const { role, content } = item;
  if (role !== 'user' && role !== 'system' && role !== 'developer') {
    throw refusal(
      `Invalid value: '${String(role)}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.`,
      'invalid_value',
    );
  }
  return {
    role: role === 'user' ? 'user' : 'system',
    parts: readContent(content, ['input_text', 'input_image'], index),
  };
}

function readContent(content: unknown, types: readonly string[], index: number): (TextPart | ImagePart)[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw refusal(`Missing required parameter: 'input[${index}].content'.`);
  return content.map((entry): TextPart | ImagePart => {
    const part = asObject(entry) ?? {};
    const type = String(part['type']);
    if (!types.includes(type)) {
      const supported = types.map((each) => `'${each}'`).join(' and ');
      throw refusal(`Invalid value: '${type}'. Supported values are: ${supported}.`, 'invalid_value');
    }
    if (type === 'input_image') return { type: 'image', mediaType: 'image/*', url: String(part['image_url']) };
    return { type: 'text', text: String(part['text'] ?? part['refusal'] ?? '') };
  });
}

function readCall(item: JsonObject, index: number): Extract<Part, { type: 'tool_call' }> {
  const { call_id: id, name, arguments: written } = item;
  if (typeof id !== 'string' || id === '' || id.length > 64)
    throw refusal(`Invalid 'input[${index}].call_id': expected a string of 1 to 64 characters.`);
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
    throw refusal(`Invalid 'input[${index}].name': string does not match pattern '^[a-zA-Z0-9_-]+$'.`);
  if (typeof written !== 'string') throw refusal(`Invalid type for 'input[${index}].arguments': expected a string.`);
  try {
    return { type: 'tool_call', id, name, arguments: asObject(JSON.parse(written)) ?? {} };
  } catch {
    throw refusal(`Invalid 'input[${index}].arguments': not valid JSON.`);
  }
}

/** Without its store, the endpoint knows reasoning only by its sealed form. */
function readSeal(item: JsonObject): string {
  const id = String(item['id']);
  const { summary, encrypted_content: sealed } = item;
  if (!Array.isArray(summary)) throw refusal("Missing required parameter: 'summary' of a reasoning item.");
  if (sealed === undefined)
    throw refusal(`Item with id '${id}' not found. Items are not persisted when \`store\` is set to false.`);
  if (sealed !== sealOf(id)) {
    throw refusal(
      `The encrypted content for item ${id} could not be verified. Reason: Encrypted content item_id did not match the target item id.`,
    );
  }
  return id;
}

function unfollowed(id: string): WireRefusal {
  return refusal(`Item '${id}' of type 'reasoning' was provided without its required following item.`);
}

function refusal(message: string, code: string | null = null): WireRefusal {
  return new WireRefusal(400, 'invalid_request_error', message, code);
}
