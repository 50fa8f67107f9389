import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, stableStringify } from '../../json.js';
import type { Repair } from '../../model-response.js';
import type { BodyContext, BodyOutcome, BodySyntax, DraftCall } from '../body.js';
import type { Reading, TextSource } from '../text-source.js';
import { JSON_NOTATION, PYTHON_NOTATION, takeBracketed } from '../values/json-extent.js';
import { readJson } from '../values/read-json.js';

const NAME_KEYS = ['name', 'tool_name', 'function_name', 'function', 'tool'] as const;
const ARGUMENT_KEYS = ['arguments', 'parameters', 'args', 'input', 'params'] as const;
const ID_KEYS = ['id', 'tool_call_id', 'call_id'] as const;

/** `{"name": …, "arguments": …}`, one, several after each other, or in a list. */
export const jsonBody: BodySyntax = {
  starts: /^\s*(?:\{|\[\s*(?:\{|\]))/u,
  read: (source, context) => readCalls(source, context, callOf),
};

/** `[{"f": {"a": 1}}]`: the name is the only key (Apertus). */
export const keyedBody: BodySyntax = {
  starts: /^\s*\[\s*(?:\{|\])/u,
  read: (source, context) => readCalls(source, context, (value) => callOf(value) ?? keyedCallOf(value)),
};

/** The call that an object is; undefined if it is none. */
export function callOf(value: JsonValue): DraftCall | undefined {
  if (!isJsonObject(value)) return undefined;
  // OpenAI's own shape, which some models repeat: the call is below `function`.
  const inner = isJsonObject(value['function']) ? value['function'] : value;
  const name = firstString(inner, NAME_KEYS);
  if (name === undefined) return undefined;
  const key = ARGUMENT_KEYS.find((each) => Object.hasOwn(inner, each));
  const written = key === undefined ? undefined : inner[key];
  return draft(name, written, firstString(value, ID_KEYS) ?? '', []);
}

function keyedCallOf(value: JsonValue): DraftCall | undefined {
  if (!isJsonObject(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  return entry === undefined || others.length > 0 ? undefined : draft(entry[0], entry[1], '', []);
}

function draft(name: string, written: JsonValue | undefined, id: string, repairs: Repair[]): DraftCall {
  return { name, arguments: written === undefined || written === null ? '' : JSON.stringify(written), id, repairs };
}

function firstString(value: JsonObject, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const member = Object.hasOwn(value, key) ? value[key] : undefined;
    if (typeof member === 'string') return member;
  }
  return undefined;
}

/** How far into a list is looked for its first object. */
const MAX_GAP = 16;

function* readCalls(
  source: TextSource,
  { limit }: BodyContext,
  toCall: (value: JsonValue) => DraftCall | undefined,
): Reading<BodyOutcome> {
  const calls: DraftCall[] = [];
  for (;;) {
    yield* source.skipSpace();
    const first = yield* source.ahead(1);
    // Models part several objects by nothing, a line, a comma or a semicolon.
    if (calls.length > 0 && (first === ';' || first === ',')) {
      source.take(1);
      continue;
    }
    // What follows in brackets may be text, or the next mark.
    if (!/^(?:\{|\[\s*(?:[{\]]|$))/u.test(yield* source.ahead(first === '[' ? MAX_GAP : 1))) {
      return calls.length > 0 ? { kind: 'calls', calls } : { kind: 'prose' };
    }
    const quoted = /^[{[]\s*'/u.test(yield* source.ahead(8));
    const extent = yield* takeBracketed(source, quoted ? PYTHON_NOTATION : JSON_NOTATION, limit);
    if (extent.end === 'cut') return { kind: 'cut', calls };
    const read = extent.end === 'whole' ? readJson(extent.text) : undefined;
    if (read === undefined) return { kind: 'broken', calls, reason: 'The call is not valid JSON.' };
    const values = Array.isArray(read.value) ? read.value : [read.value];
    for (const value of values) {
      const call = toCall(value);
      if (call === undefined) {
        const reason = `A call is an object with a name and arguments, and this is not: ${stableStringify(value).slice(0, 200)}`;
        return { kind: 'broken', calls, reason };
      }
      call.repairs.push(...read.repairs);
      calls.push(call);
    }
    if (values.length === 0 && calls.length === 0) return { kind: 'calls', calls };
  }
}
