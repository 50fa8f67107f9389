import type { JsonValue } from '../../json.js';
import type { BodyOutcome, BodySyntax, DraftCall, WrittenCall } from '../body.js';
import { Literals } from '../literals.js';
import { PYTHON_NOTATION, takeBracketed } from '../values/json-extent.js';
import { parsePythonCalls, type PythonCall } from '../values/python-literal.js';

/** `[f(a=1), g(b="x")]`: calls as Python writes them (Llama 4, LFM2). */
export const pythonListBody: BodySyntax = {
  starts: /^\s*\[\s*(?:[A-Za-z_][\w.\-:/]*\s*\(|\])/u,
  *read(source, { limit }) {
    yield* source.skipSpace();
    const extent = yield* takeBracketed(source, PYTHON_NOTATION, limit);
    if (extent.end === 'cut') return { kind: 'cut', calls: [] };
    return outcomeOf(extent.end === 'whole' ? parsePythonCalls(extent.text) : undefined);
  },
};

/** `f(a=1)` and `g(b="x")`, a line each (OLMo 3). */
export const pythonLinesBody: BodySyntax = {
  starts: /^\s*[A-Za-z_][\w.\-:/]*\s*\(/u,
  *read(source, { limit }) {
    const calls: DraftCall[] = [];
    for (;;) {
      yield* source.skipSpace();
      const name = yield* takeName(source, limit);
      if (name === undefined) return calls.length > 0 ? { kind: 'calls', calls } : { kind: 'prose' };
      const extent = yield* takeBracketed(source, PYTHON_NOTATION, limit);
      if (extent.end === 'cut') return { kind: 'cut', calls };
      const read = outcomeOf(extent.end === 'whole' ? parsePythonCalls(name + extent.text) : undefined);
      if (read.kind !== 'calls') return { kind: 'broken', calls, reason: NOT_PYTHON };
      calls.push(...read.calls);
    }
  },
};

const NOT_PYTHON = 'The calls are not written as f(name=value) with literals as values.';
const PARENTHESIS = new Literals(['(', '<', '\n', '[', '{']);

function* takeName(source: Parameters<BodySyntax['read']>[0], limit: number) {
  const ahead = yield* source.ahead(200);
  if (!/^[A-Za-z_][\w.\-:/]*\s*\(/u.test(ahead)) return undefined;
  let name = '';
  yield* PARENTHESIS.next(source, (text) => {
    name += text.slice(0, limit);
  });
  return name;
}

export function writePythonCall({ name, arguments: args }: WrittenCall): string {
  const pairs = Object.entries(args).map(([key, value]) => `${key}=${pythonOf(value ?? null)}`);
  return `${name}(${pairs.join(', ')})`;
}

function outcomeOf(calls: PythonCall[] | undefined): BodyOutcome {
  if (calls === undefined) return { kind: 'broken', calls: [], reason: NOT_PYTHON };
  return {
    kind: 'calls',
    calls: calls.map((call) => ({
      name: call.name,
      arguments: JSON.stringify(call.arguments),
      id: '',
      repairs: [],
    })),
  };
}

function pythonOf(value: JsonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(', ')}]`;
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${pythonOf(member ?? null)}`);
    return `{${pairs.join(', ')}}`;
  }
  // JSON's escapes are Python's, but for the slash, which JSON.stringify leaves alone.
  return JSON.stringify(value);
}
