import type { JsonValue } from '../../json.js';
import type { BodyOutcome, BodySyntax, DraftCall, WrittenCall } from '../body.js';
import { Literals } from '../literals.js';
import { PYTHON_NOTATION, takeBracketed } from '../values/json-extent.js';
import { parsePythonCallsSoFar } from '../values/python-literal.js';

/** `[f(a=1), g(b="x")]`: calls as Python writes them (Llama 4, LFM2). */
export const pythonListBody: BodySyntax = {
  starts: /^\s*\[\s*(?:[A-Za-z_][\w.\-:/]*\s*\(|\])/u,
  *read(source, { limit }) {
    yield* source.skipSpace();
    const extent = yield* takeBracketed(source, PYTHON_NOTATION, limit);
    if (extent.end === 'cut') return { kind: 'cut', calls: [] };
    return extent.end === 'whole' ? outcomeOf(extent.text) : { kind: 'broken', calls: [], reason: NOT_PYTHON };
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
      const read = extent.end === 'whole' ? outcomeOf(name + extent.text) : undefined;
      if (read?.kind !== 'calls') return { kind: 'broken', calls, reason: NOT_PYTHON };
      calls.push(...read.calls);
    }
  },
};

/** `f.call(a=1)`: the tools that Llama 3's prompts call built in. */
export const builtInBody: BodySyntax = {
  starts: /^\s*[A-Za-z_]\w*\.call\(/u,
  *read(source, context) {
    const outcome = yield* pythonLinesBody.read(source, context);
    if (outcome.kind === 'prose') return outcome;
    const calls = outcome.calls.map((call) => ({ ...call, name: call.name.replace(/\.call$/u, '') }));
    return { ...outcome, calls };
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

function outcomeOf(text: string): BodyOutcome {
  const { calls, whole } = parsePythonCallsSoFar(text);
  const drafts = calls.map(({ name, arguments: args }) => ({
    name,
    arguments: JSON.stringify(args),
    id: '',
    repairs: [],
  }));
  return whole ? { kind: 'calls', calls: drafts } : { kind: 'broken', calls: drafts, reason: NOT_PYTHON };
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
