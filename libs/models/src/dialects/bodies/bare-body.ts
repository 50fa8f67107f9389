import type { BodyContext, BodySyntax } from '../body.js';
import { JSON_NOTATION, PYTHON_NOTATION, takeBracketed } from '../values/json-extent.js';
import { parsePythonCalls } from '../values/python-literal.js';
import { readJson } from '../values/read-json.js';
import { isJsonObject, type JsonValue } from '../../json.js';
import { callOf } from './json-body.js';

/**
 * Calls without any marker. JSON in an answer is mostly an answer: it is a call only where it has a name and arguments
 * and nothing else, and where the tool was offered.
 */
export const bareJsonBody: BodySyntax = {
  starts: /^\s*(?:\[\s*)?\{\s*"(?:name|type|function|parameters|arguments|id|tool_calls)"\s*:/u,
  *read(source, context) {
    yield* source.skipSpace();
    const extent = yield* takeBracketed(source, JSON_NOTATION, context.limit);
    if (extent.end === 'cut')
      return namesOffered(extent.text, context) ? { kind: 'cut', calls: [] } : { kind: 'prose' };
    const read = extent.end === 'whole' ? readJson(extent.text) : undefined;
    if (read === undefined) return { kind: 'prose' };
    const list = unwrapped(read.value);
    const values = Array.isArray(list) ? list : [list];
    const calls = values.map((value) => (isBareCall(value, context) ? callOf(value) : undefined));
    const certain = calls.filter((call) => call !== undefined);
    if (certain.length === 0 || certain.length < calls.length) return { kind: 'prose' };
    certain[0]?.repairs.push(...read.repairs);
    // Llama 3 parts its calls by semicolons.
    const separator = /^\s*;\s*(?=\{)/u.exec(yield* source.ahead(16))?.[0];
    if (separator !== undefined) source.take(separator.length);
    return { kind: 'calls', calls: certain };
  },
};

/** `[f(a=1)]` without a marker: calls only if each names an offered tool. */
export const barePythonBody: BodySyntax = {
  starts: /^\s*\[\s*[A-Za-z_][\w.\-:/]*\s*\(/u,
  *read(source, context) {
    yield* source.skipSpace();
    const extent = yield* takeBracketed(source, PYTHON_NOTATION, context.limit);
    if (extent.end === 'cut') return { kind: 'cut', calls: [] };
    const calls = extent.end === 'whole' ? parsePythonCalls(extent.text) : undefined;
    if (calls === undefined || !calls.every(({ name }) => context.schemaOf(name) !== undefined))
      return { kind: 'prose' };
    return {
      kind: 'calls',
      calls: calls.map(({ name, arguments: args }) => ({ name, arguments: JSON.stringify(args), id: '', repairs: [] })),
    };
  },
};

/** xLAM's `{"tool_calls": [...]}`. */
function unwrapped(value: JsonValue): JsonValue {
  return isJsonObject(value) && Object.keys(value).length === 1 ? (value['tool_calls'] ?? value) : value;
}

/** Whether JSON that was cut off may be a call: an answer names no offered tool. */
function namesOffered(text: string, { schemaOf }: BodyContext): boolean {
  // A name within the arguments is none of a tool.
  const [beforeArguments = ''] = text.split(/"(?:arguments|parameters)"\s*:/u);
  const name = /"(?:name|function)"\s*:\s*"([^"\\]*)"/u.exec(beforeArguments)?.[1];
  return name === undefined || schemaOf(name) !== undefined;
}

const KEYS = new Set(['name', 'arguments', 'parameters', 'type', 'id', 'function']);

function isBareCall(value: JsonValue, { schemaOf }: BodyContext): boolean {
  if (!isJsonObject(value) || !Object.keys(value).every((key) => KEYS.has(key))) return false;
  const inner = isJsonObject(value['function']) ? value['function'] : value;
  const { name } = inner;
  const named = typeof name === 'string' ? name : inner['function'];
  const hasArguments = inner['arguments'] !== undefined || inner['parameters'] !== undefined;
  return typeof named === 'string' && hasArguments && schemaOf(named) !== undefined;
}
