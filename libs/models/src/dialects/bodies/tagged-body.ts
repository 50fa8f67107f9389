import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import type { Repair } from '../../model-response.js';
import type { BodyContext, BodyOutcome, BodySyntax, DraftCall, WrittenCall } from '../body.js';
import { literalsOf } from '../literals.js';
import type { Reading, TextSource } from '../text-source.js';
import { JSON_NOTATION, takeBracketed } from '../values/json-extent.js';
import { readJson } from '../values/read-json.js';
import { memberSchema, readTyped, typeOf, writeTyped } from '../values/typed-value.js';

/** How tags around a call and its parameters are spelled. A header is what stands between `open` and `openEnd`. */
export interface TagSpelling {
  call: Tag;
  parameter: Tag;
  /** One line break after an opening tag and one before a closing tag belong to the markup. */
  lines: boolean;
  /** The attribute by which a parameter says what it is: `string="true"`, or `type="number"`. */
  typed?: 'string' | 'type';
  /** A tag that holds all arguments as one JSON object. */
  json?: Tag;
  /** All arguments may stand as one JSON object where the parameters would. */
  bareJson?: true;
  /** Tags around all parameters, which say nothing. */
  wrappers?: readonly string[];
  /** A value may stand in a section of XML's CDATA. */
  cdata?: boolean;
}

export interface Tag {
  open: string;
  openEnd: string;
  close: string;
  /** The attribute of the header that holds the name; absent where the header is the name. */
  nameAttribute?: string;
}

const MAX_HEADER = 512;
const MAX_PARAMETERS = 10_000;

/** Calls as tags with a tag for each parameter, whose values are typed by the schema. */
export function taggedBody(spelling: TagSpelling): BodySyntax {
  const inner = { value: spelling.parameter.close, call: spelling.call.close };
  return { starts: startOf(spelling.call), inner, read: (source, context) => readTagged(source, context, spelling) };
}

export function writeTagged(call: WrittenCall, { call: tag, parameter, lines, typed }: TagSpelling): string {
  const gap = lines ? '\n' : '';
  const parameters = Object.entries(call.arguments).map(([key, member]) => {
    const value = member ?? null;
    // Where the tag says what a value is, the schema has nothing to add.
    const told = typed === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
    const written = told ?? writeTyped(value, memberSchema(call.schema, key));
    const attribute =
      typed === undefined ? '' : ` ${typed}="${typed === 'string' ? typeof value === 'string' : typeOf(value)}"`;
    return `${headerOf(parameter, key, attribute)}${gap}${written}${gap}${parameter.close}`;
  });
  const separator = lines ? '\n' : '';
  return [headerOf(tag, call.name, ''), ...parameters, tag.close].join(separator);
}

function headerOf(tag: Tag, name: string, attribute: string): string {
  if (tag.nameAttribute === undefined) return `${tag.open}${name}${tag.openEnd}`;
  const escaped = name.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `${tag.open} ${tag.nameAttribute}="${escaped}"${attribute}${tag.openEnd}`;
}

function startOf({ open }: Tag): RegExp {
  return new RegExp(`^\\s*${open.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')}`, 'u');
}

function* readTagged(source: TextSource, context: BodyContext, spelling: TagSpelling): Reading<BodyOutcome> {
  const calls: DraftCall[] = [];
  for (;;) {
    yield* source.skipSpace();
    if (!(yield* source.eat(spelling.call.open))) {
      return calls.length > 0 ? { kind: 'calls', calls } : { kind: 'prose' };
    }
    const outcome = yield* readCall(source, context, spelling);
    if (typeof outcome === 'string') {
      return outcome === 'cut'
        ? { kind: 'cut', calls }
        : { kind: 'broken', calls, reason: outcome, until: spelling.call.close };
    }
    calls.push(outcome);
  }
}

/** The call whose opening was taken; `cut`, or why it cannot be read. */
export function* readCall(
  source: TextSource,
  context: BodyContext,
  spelling: TagSpelling,
): Reading<DraftCall | string> {
  const repairs: Repair[] = [];
  const header = yield* takeHeader(source, spelling.call, [spelling.parameter.open, spelling.call.close]);
  if (header === undefined) return 'cut';
  const name = nameIn(header, spelling.call);
  if (name === undefined) return 'The opening tag of the call holds no name.';
  const schema = context.schemaOf(name);
  const entries = new Map<string, JsonValue>();
  for (;;) {
    yield* source.skipSpace();
    if (yield* source.eat(spelling.call.close)) break;
    if ((yield* source.eatOneOf(spelling.wrappers ?? [])) !== undefined) continue;
    if (spelling.json !== undefined && (yield* source.eat(spelling.json.open))) {
      const whole = yield* takeJson(source, spelling.json);
      if (whole === 'cut' || !isJsonObject(whole))
        return whole === 'cut' ? 'cut' : 'The arguments are not a JSON object.';
      for (const [key, member] of Object.entries(whole)) entries.set(key, member ?? null);
      continue;
    }
    if (spelling.bareJson === true && entries.size === 0 && (yield* source.startsWith('{'))) {
      const extent = yield* takeBracketed(source, JSON_NOTATION, context.limit);
      if (extent.end === 'cut') return 'cut';
      const whole = extent.end === 'whole' ? readJson(extent.text) : undefined;
      if (whole === undefined || !isJsonObject(whole.value)) return 'The arguments are not a JSON object.';
      for (const [key, member] of Object.entries(whole.value)) entries.set(key, member ?? null);
      repairs.push(...whole.repairs);
      continue;
    }
    if (!(yield* source.eat(spelling.parameter.open))) {
      if ((yield* source.ahead(1)) === '') return 'cut';
      // The tag that ends all calls ends this one as well.
      if (!(yield* standsOneOf(source, context.close))) return 'Between the tags of the call stands other text.';
      repairs.push({ code: 'marker_missing', detail: `${spelling.call.close} was left out` });
      break;
    }
    const parameter = yield* takeHeader(source, spelling.parameter, []);
    const key = parameter === undefined ? undefined : nameIn(parameter, spelling.parameter);
    if (parameter === undefined) return 'cut';
    if (key === undefined) return 'The opening tag of a parameter holds no name.';
    const written = yield* takeValue(source, context, spelling, repairs);
    if (written === undefined) return 'cut';
    const value = readTyped(written, toldSchema(parameter, spelling) ?? memberSchema(schema, key));
    if (entries.has(key)) return `The parameter ${key} is given twice.`;
    if (entries.size >= MAX_PARAMETERS) return `The call has more than ${MAX_PARAMETERS} parameters.`;
    entries.set(key, value.value);
    repairs.push(...value.repairs);
  }
  return { name, arguments: JSON.stringify(Object.fromEntries(entries)), id: '', repairs };
}

/** What stands in an opening tag. Models leave out its end: a line break or the next tag ends it too. */
function* takeHeader(source: TextSource, tag: Tag, next: readonly string[]): Reading<string | undefined> {
  const ends = literalsOf(tag.openEnd, '\n', ...next);
  let header = '';
  const end = yield* ends.next(source, (text) => {
    header += text.slice(0, MAX_HEADER - header.length);
  });
  if (end === undefined) return undefined;
  if (end === tag.openEnd || end === '\n') source.take(end.length);
  return header;
}

function nameIn(header: string, tag: Tag): string | undefined {
  const written = tag.nameAttribute === undefined ? header.trim() : attributeOf(header, tag.nameAttribute);
  // Without quotes around it, nothing but its characters tells a name from markup.
  const isMarkup = tag.nameAttribute === undefined && /[<>\n]/u.test(written ?? '');
  return written === undefined || written === '' || written.length >= MAX_HEADER || isMarkup
    ? undefined
    : written.replace(/^(["'])(.*)\1$/u, '$2');
}

function attributeOf(header: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'u').exec(header);
  const written = found?.[1] ?? found?.[2] ?? found?.[3];
  return written?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** The type that a parameter's own tag tells. */
function toldSchema(header: string, { typed }: TagSpelling): JsonObject | undefined {
  if (typed === undefined) return undefined;
  const told = attributeOf(header, typed);
  if (typed === 'type') return told === undefined ? undefined : { type: told };
  if (told === 'true') return { type: 'string' };
  return told === 'false' ? { type: [...NOT_TEXT] } : undefined;
}

const NOT_TEXT = ['object', 'array', 'number', 'boolean', 'null'] as const;

/** JSON up to its closing tag; undefined if it is none. */
function* takeJson(source: TextSource, tag: Tag): Reading<JsonValue | undefined> {
  if ((yield* takeHeader(source, tag, [])) === undefined) return 'cut';
  const pieces: string[] = [];
  const end = yield* literalsOf(tag.close).next(source, (text) => pieces.push(text));
  if (end === undefined) return 'cut';
  source.take(end.length);
  return readJson(pieces.join(''))?.value;
}

const CDATA = { open: '<![CDATA[', close: ']]>' } as const;
const CDATA_END = literalsOf(CDATA.close);

/** A parameter's value. Models leave out its closing tag: the next tag, at the beginning of a line, ends it too. */
function* takeValue(
  source: TextSource,
  context: BodyContext,
  { call, parameter, lines, cdata }: TagSpelling,
  repairs: Repair[],
): Reading<string | undefined> {
  if (cdata === true && (yield* source.eat(CDATA.open))) {
    const pieces: string[] = [];
    if ((yield* CDATA_END.next(source, (text) => pieces.push(text))) === undefined) return undefined;
    source.take(CDATA.close.length);
    yield* source.skipSpace();
    yield* source.eat(parameter.close);
    return pieces.join('');
  }
  // In a text of somebody's own, a special token cannot stand.
  const another = /^<[|｜‖]/u.test(parameter.open) ? parameter.open : `\n${parameter.open}`;
  const next = [another, call.close, ...context.close];
  const ends = literalsOf(parameter.close, ...next);
  const pieces: string[] = [];
  const end = yield* ends.next(source, (text) => pieces.push(text));
  if (end === undefined) return undefined;
  if (end === parameter.close) source.take(end.length);
  else repairs.push({ code: 'marker_missing', detail: `${parameter.close} was left out` });
  const value = pieces.join('');
  return lines ? value.replace(/^\n/u, '').replace(/\n$/u, '') : value;
}

export function* standsOneOf(source: TextSource, literals: readonly string[]): Reading<boolean> {
  for (const literal of literals) if (yield* source.startsWith(literal)) return true;
  return false;
}
