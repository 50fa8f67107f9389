import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import type { Repair } from '../../model-response.js';
import type { BodySyntax, DraftCall, WrittenCall } from '../body.js';
import { literalsOf } from '../literals.js';
import type { Reading, TextSource } from '../text-source.js';
import { itemSchema, memberSchema, readTyped, typesOf, writeTyped } from '../values/typed-value.js';

/** Stands before every tag of MiniMax M3, so that no tag of the text can be mistaken for one. */
export const M3_MARK = ']<]minimax[>[';
/** The tag of a list's items. */
const ITEM = 'item';
const MAX_LEVELS = 100;
const MAX_TAG = 512;

type Node = { text: string } | { children: [name: string, node: Node][] };

/** Calls whose parameters are tags named after them, within each other for objects and lists (MiniMax M3). */
export const namespacedBody: BodySyntax = {
  starts: /^\s*(?:\]<\]minimax\[>\[)?\s*<invoke\b/u,
  *read(source, context) {
    const calls: DraftCall[] = [];
    for (;;) {
      yield* skipMarks(source);
      if (!(yield* source.eat('<invoke'))) return calls.length > 0 ? { kind: 'calls', calls } : { kind: 'prose' };
      const header = yield* takeTag(source);
      const name = header === undefined ? undefined : /\bname\s*=\s*["']([^"']+)["']/u.exec(header)?.[1];
      if (header === undefined) return { kind: 'cut', calls };
      if (name === undefined) return { kind: 'broken', calls, reason: 'The opening tag of the call holds no name.' };
      const node = yield* takeNode(source, 'invoke', 0);
      if (node === 'cut') return { kind: 'cut', calls };
      if (node === 'broken') return { kind: 'broken', calls, reason: `The tags within ${name} do not match.` };
      const repairs: Repair[] = [];
      const value = 'children' in node ? objectOf(node.children, context.schemaOf(name), repairs) : {};
      if (value === undefined) return { kind: 'broken', calls, reason: `A parameter of ${name} is given twice.` };
      calls.push({ name, arguments: JSON.stringify(value), id: '', repairs });
    }
  },
};

export function writeNamespaced(call: WrittenCall): string {
  const members = Object.entries(call.arguments).map(([key, value]) =>
    element(key, value ?? null, memberSchema(call.schema, key)),
  );
  return `${M3_MARK}<invoke name="${call.name}">${members.join('')}${M3_MARK}</invoke>`;
}

function element(name: string, value: JsonValue, schema: JsonObject | undefined): string {
  const inner = nests(value)
    ? Array.isArray(value)
      ? value.map((item) => element(ITEM, item, itemSchema(schema))).join('')
      : Object.entries(value)
          .map(([key, member]) => element(key, member ?? null, memberSchema(schema, key)))
          .join('')
    : writeTyped(value, schema);
  return `${M3_MARK}<${name}>${inner}${M3_MARK}</${name}>`;
}

/** Whether tags can say it: what is empty, and keys that are no tags, are written as JSON. */
function nests(value: JsonValue): value is JsonObject | JsonValue[] {
  if (Array.isArray(value)) return value.length > 0;
  return (
    isJsonObject(value) && Object.keys(value).length > 0 && Object.keys(value).every((key) => /^[\w.-]+$/u.test(key))
  );
}

/** What stands in a tag after its opening, which was taken. */
function* takeNode(source: TextSource, tag: string, level: number): Reading<Node | 'cut' | 'broken'> {
  if (level > MAX_LEVELS) return 'broken';
  const close = `</${tag}>`;
  const ends = literalsOf(M3_MARK, close);
  const children: [string, Node][] = [];
  const texts: string[] = [];
  for (;;) {
    const end = yield* ends.next(source, (text) => texts.push(text));
    if (end === undefined) return 'cut';
    if (end === M3_MARK) source.take(M3_MARK.length);
    if (yield* source.eat(close)) {
      if (children.length === 0) return { text: texts.join('') };
      return texts.join('').trim() === '' ? { children } : 'broken';
    }
    if (yield* source.startsWith('</')) return 'broken';
    if (!(yield* source.eat('<'))) continue;
    const header = yield* takeTag(source);
    if (header === undefined) return 'cut';
    const name = header.trim();
    if (!/^[\w.-]+$/u.test(name)) return 'broken';
    const child = yield* takeNode(source, name, level + 1);
    if (typeof child === 'string') return child;
    children.push([name, child]);
  }
}

function valueOf(node: Node, schema: JsonObject | undefined, repairs: Repair[]): JsonValue | undefined {
  if ('text' in node) {
    const read = readTyped(node.text, schema);
    repairs.push(...read.repairs);
    return read.value;
  }
  const types = typesOf(schema);
  const named = node.children.every(([name]) => name === ITEM);
  const isList = types === undefined ? named : types.has('array') && (named || !types.has('object'));
  if (!isList) return objectOf(node.children, schema, repairs);
  const items = node.children.map(([, child]) => valueOf(child, itemSchema(schema), repairs));
  return items.every((item) => item !== undefined) ? items : undefined;
}

function objectOf(
  children: readonly [string, Node][],
  schema: JsonObject | undefined,
  repairs: Repair[],
): JsonObject | undefined {
  const entries = new Map<string, JsonValue>();
  for (const [key, child] of children) {
    const value = valueOf(child, memberSchema(schema, key), repairs);
    if (value === undefined || entries.has(key)) return undefined;
    entries.set(key, value);
  }
  return Object.fromEntries(entries);
}

function* skipMarks(source: TextSource): Reading<void> {
  // A closing mark belongs to the tag after the calls, and is left for it.
  for (;;) {
    yield* source.skipSpace();
    if (!(yield* source.startsWith(M3_MARK)) || (yield* source.startsWith(`${M3_MARK}</`))) return;
    source.take(M3_MARK.length);
  }
}

function* takeTag(source: TextSource): Reading<string | undefined> {
  let header = '';
  const end = yield* literalsOf('>').next(source, (text) => {
    header += text.slice(0, MAX_TAG - header.length);
  });
  if (end === undefined) return undefined;
  source.take(1);
  return header;
}
