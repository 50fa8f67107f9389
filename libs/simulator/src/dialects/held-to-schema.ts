import type { CanonicalMessage, JsonObject, JsonValue, Part, ToolDefinition } from '@switchyard/models';
import { DEFAULT_PROMPT, textOf } from '@switchyard/models';
import type { SimulatedAnswer, SimulatedRequest } from '../conversation.js';
import type { Fault } from '../options.js';
import { asObject } from '../rules/schema.js';
import { readResults } from './read-results.js';

/** Where the wires' requests hold the schema to which an answer is held. */
const PLACES: readonly (readonly string[])[] = [
  ['response_format', 'json_schema', 'schema'],
  ['response_format', 'json_schema'],
  ['text', 'format', 'schema'],
  ['output_config', 'format', 'schema'],
  ['generationConfig', 'responseJsonSchema'],
  ['outputConfig', 'textFormat', 'structure', 'jsonSchema', 'schema'],
  ['format'],
];

/** The tools of a schema that has a place for text and for calls; undefined where a request has none. */
export function heldTools(body: unknown): ToolDefinition[] | undefined {
  const schema = PLACES.map((place) => schemaAt(body, place)).find((each) => each !== undefined);
  const properties = asObject(schema?.['properties']);
  const items = asObject(asObject(properties?.['calls'])?.['items']);
  if (properties?.['text'] === undefined || items === undefined) return undefined;
  const alternatives = Array.isArray(items['anyOf']) ? items['anyOf'] : [items];
  return alternatives.flatMap((alternative) => {
    const members = asObject(asObject(alternative)?.['properties']);
    const name = asObject(members?.['name']);
    const names = Array.isArray(name?.['enum']) ? name['enum'] : [name?.['const']];
    const inputSchema = asObject(members?.['arguments']) ?? {};
    return names.filter((each) => typeof each === 'string').map((each) => ({ name: each, inputSchema }));
  });
}

function schemaAt(body: unknown, place: readonly string[]): JsonObject | undefined {
  const found = place.reduce<unknown>((at, key) => asObject(at)?.[key], body);
  const schema = typeof found === 'string' ? parse(found) : asObject(found);
  return schema?.['properties'] === undefined ? undefined : schema;
}

/** The request as its model understands it: answers of before are such objects, results stand in the messages after them. */
export function readHeld(request: SimulatedRequest, tools: ToolDefinition[]): SimulatedRequest {
  const messages: CanonicalMessage[] = [];
  let open: string[] = [];
  request.messages.forEach((message, turn) => {
    if (message.role === 'assistant') {
      const { text = '', calls } = parse(textOf(message)) ?? {};
      const called = (Array.isArray(calls) ? calls : []).map((call, index): Extract<Part, { type: 'tool_call' }> => {
        const { name, arguments: given } = asObject(call) ?? {};
        return { type: 'tool_call', id: `held_${turn}_${index}`, name: String(name), arguments: asObject(given) ?? {} };
      });
      open = called.map(({ name }) => name);
      messages.push({ role: 'assistant', parts: [{ type: 'text', text: String(text) }, ...called] });
      return;
    }
    const { texts, rest } =
      open.length === 0 ? { texts: [], rest: '' } : readResults(DEFAULT_PROMPT.results, textOf(message));
    if (texts.length === 0) {
      messages.push(message);
      return;
    }
    const parts = texts.slice(0, open.length).map((text, index): Part => ({
      type: 'tool_result',
      callId: `held_${turn - 1}_${index}`,
      name: open[index] ?? '',
      parts: [{ type: 'text', text }],
      isError: text.startsWith('Error: '),
    }));
    messages.push({ role: 'tool', parts });
    if (rest !== '') messages.push({ role: 'user', parts: [{ type: 'text', text: rest }] });
    open = [];
  });
  return { ...request, tools, messages };
}

/** The answer as one JSON object; `markup-cut` ends it within a call. */
export function writeHeld(answer: SimulatedAnswer, fault: Fault | undefined): SimulatedAnswer {
  const calls = answer.calls.map(({ name, arguments: given }) => ({ name, arguments: given }));
  const whole = JSON.stringify({ text: answer.text, calls });
  const text = fault?.fault === 'markup-cut' && calls.length > 0 ? whole.slice(0, -4) : whole;
  return { reasoning: answer.reasoning, text, calls: [], finish: 'stop', pieceLength: 4 };
}

function parse(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text) as JsonValue);
  } catch {
    // Whoever wrote it was not held to anything.
    return undefined;
  }
}
