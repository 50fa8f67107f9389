import type { JsonValue } from '../../json.js';
import type { Repair } from '../../model-response.js';
import type { BodyContext, BodyOutcome, BodySyntax, DraftCall, WrittenCall } from '../body.js';
import { literalsOf } from '../literals.js';
import type { Reading, TextSource } from '../text-source.js';
import { memberSchema, readTyped, writeTyped } from '../values/typed-value.js';
import { standsOneOf } from './tagged-body.js';

const KEY = ['<arg_key>', '</arg_key>'] as const;
const VALUE = ['<arg_value>', '</arg_value>'] as const;
/** HY-V3 parts the name from the rest. */
const NAME_END = '<tool_sep>';
const MAX_NAME = 256;
const MAX_PARAMETERS = 10_000;

/** `f<arg_key>a</arg_key><arg_value>1</arg_value>`: GLM's calls. Text is written as it is, everything else as JSON. */
export const keyValueBody: BodySyntax = {
  starts:
    /^\s*[\p{L}_][\p{L}\p{N}_.\-:/]*\s*(?:<\/?arg_key>|<arg_value>|<tool_sep>|<\/tool_call>)|^[\p{L}_][\p{L}\p{N}_.\-:/]*\s*(?:<(?:[at/][\w/]*)?)?$|^\s*\p{L}[^<>{}[\]\n]*<arg_key>/u,
  inner: { value: VALUE[1] },
  read,
};

export function writeKeyValues(call: WrittenCall, options: { afterName: string; between: string }): string {
  const pairs = Object.entries(call.arguments).map(([key, value]) => {
    const written = writeTyped(value ?? null, memberSchema(call.schema, key));
    return `${KEY[0]}${key}${KEY[1]}${options.between}${VALUE[0]}${written}${VALUE[1]}${options.between}`;
  });
  return `${call.name}${options.afterName}${pairs.join('')}`;
}

function* read(source: TextSource, context: BodyContext): Reading<BodyOutcome> {
  const nameEnds = literalsOf(KEY[0], NAME_END, ...context.close);
  let name = '';
  const end = yield* nameEnds.next(source, (text) => {
    name += text.slice(0, MAX_NAME - name.length);
  });
  if (end === undefined) return { kind: 'cut', calls: [] };
  name = name.trim();
  if (!/^[\p{L}\p{N}_.\-:/]+$/u.test(name) && context.schemaOf(name) === undefined)
    return { kind: 'broken', calls: [], reason: 'The call does not begin with a name.' };
  if (end === NAME_END) source.take(end.length);
  const call: DraftCall = { name, arguments: '', id: '', repairs: [] };
  const fault = yield* readPairs(source, context, call);
  if (fault === 'cut') return { kind: 'cut', calls: [] };
  return fault === undefined ? { kind: 'calls', calls: [call] } : { kind: 'broken', calls: [], reason: fault };
}

/** Takes the pairs into the call; `cut`, or why they cannot be read. */
function* readPairs(source: TextSource, context: BodyContext, call: DraftCall): Reading<string | undefined> {
  const schema = context.schemaOf(call.name);
  const entries = new Map<string, JsonValue>();
  for (;;) {
    yield* source.skipSpace();
    if (!(yield* source.eat(KEY[0]))) {
      if ((yield* source.ahead(1)) === '') return 'cut';
      if (!(yield* standsOneOf(source, context.close))) return 'Between the pairs of the call stands other text.';
      call.arguments = JSON.stringify(Object.fromEntries(entries));
      return undefined;
    }
    const key = yield* takeTo(source, KEY[1], [VALUE[0]], call.repairs);
    yield* source.skipSpace();
    if (key === undefined) return 'cut';
    if (!(yield* source.eat(VALUE[0]))) return (yield* source.ahead(1)) === '' ? 'cut' : `${key} has no value.`;
    const written = yield* takeTo(source, VALUE[1], [KEY[0], ...context.close], call.repairs);
    if (written === undefined) return 'cut';
    const name = key.trim();
    if (entries.has(name)) return `The parameter ${name} is given twice.`;
    if (entries.size >= MAX_PARAMETERS) return `The call has more than ${MAX_PARAMETERS} parameters.`;
    const value = readTyped(written, memberSchema(schema, name));
    entries.set(name, value.value);
    call.repairs.push(...value.repairs);
  }
}

/** Text up to its closing tag; what may only follow after it ends it too. */
function* takeTo(
  source: TextSource,
  close: string,
  next: readonly string[],
  repairs: Repair[],
): Reading<string | undefined> {
  const pieces: string[] = [];
  const end = yield* literalsOf(close, ...next).next(source, (text) => pieces.push(text));
  if (end === undefined) return undefined;
  if (end === close) source.take(end.length);
  else repairs.push({ code: 'marker_missing', detail: `${close} was left out` });
  return pieces.join('');
}
