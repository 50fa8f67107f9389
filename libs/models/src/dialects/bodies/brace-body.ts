import type { JsonObject, JsonValue } from '../../json.js';
import type { Repair } from '../../model-response.js';
import type { BodyOutcome, BodySyntax, WrittenCall } from '../body.js';
import { Literals, literalsOf } from '../literals.js';
import type { Reading, TextSource } from '../text-source.js';
import { readJson } from '../values/read-json.js';

const MAX_LEVELS = 100;
const WORDS: Readonly<Record<string, JsonValue>> = {
  true: true,
  false: false,
  null: null,
  None: null,
  True: true,
  False: false,
};

/** `call:f{a:<q>text<q>,b:1}`: Gemma's calls, in which `quote` stands around text and keys are bare. */
export function braceBody(quote: string): BodySyntax {
  return {
    starts: /^\s*:?call:/u,
    *read(source, { limit }) {
      yield* source.skipSpace();
      yield* source.eat(':');
      if (!(yield* source.eat('call:'))) return { kind: 'prose' };
      const reader = new BraceReader(source, quote, limit);
      return yield* reader.call();
    },
  };
}

/** The same without a marker: a call only if it names an offered tool. */
export function bareBraceBody(quote: string): BodySyntax {
  const inner = braceBody(quote);
  return {
    starts: /^call:[\w.\-:/]+\{/u,
    *read(source, context) {
      // What it begins with stands here already.
      const name = /^call:([\w.\-:/]+)\{/u.exec(source.slice(0, 200))?.[1] ?? '';
      return context.schemaOf(name) === undefined ? { kind: 'prose' } : yield* inner.read(source, context);
    },
  };
}

export function writeBraces({ name, arguments: args }: WrittenCall, quote: string): string {
  return `call:${name}${written(args, quote)}`;
}

function written(value: JsonValue, quote: string): string {
  if (typeof value === 'string') return `${quote}${value}${quote}`;
  if (Array.isArray(value)) return `[${value.map((item) => written(item, quote)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, member]) => {
      const bare = /^[A-Za-z_$][\w$.-]*$/u.test(key) ? key : `${quote}${key}${quote}`;
      return `${bare}:${written(member ?? null, quote)}`;
    });
    return `{${pairs.join(',')}}`;
  }
  return JSON.stringify(value);
}

type Outcome = 'cut' | 'broken';

const JSON_STRING_MARKS = new Literals(['"', '\\']);

/** Reads the notation as it arrives; throws nothing, says `cut` or `broken`. */
class BraceReader {
  private readonly textEnd: Literals;
  private readonly wordEnd = new Literals([',', '}', ']', ':', '{', '[', '<', '"', '\n']);
  private readonly repairs: Repair[] = [];
  private length = 0;

  constructor(
    private readonly source: TextSource,
    private readonly quote: string,
    private readonly limit: number,
  ) {
    this.textEnd = new Literals([quote]);
  }

  *call(): Reading<BodyOutcome> {
    let name = '';
    const end = yield* literalsOf('{', '<', '\n', '(').next(this.source, (text) => {
      name += text.slice(0, 256 - name.length);
    });
    if (end === undefined) return { kind: 'cut', calls: [] };
    name = name.trim();
    const args = end === '{' && /^[\w.\-:/]+$/u.test(name) ? yield* this.value(0) : 'broken';
    if (args === 'cut') return { kind: 'cut', calls: [] };
    if (args === 'broken')
      return { kind: 'broken', calls: [], reason: 'The arguments are not written as {key:value}.' };
    return { kind: 'calls', calls: [{ name, arguments: JSON.stringify(args.value), id: '', repairs: this.repairs }] };
  }

  private *value(level: number): Reading<{ value: JsonValue } | Outcome> {
    if (level > MAX_LEVELS || this.length > this.limit) return 'broken';
    yield* this.source.skipSpace();
    const first = yield* this.source.ahead(1);
    if (first === '') return 'cut';
    if (first === '{') return yield* this.object(level);
    if (first === '[') return yield* this.list(level);
    if (yield* this.source.startsWith(this.quote)) {
      const text = yield* this.quoted();
      return text === undefined ? 'cut' : { value: text };
    }
    if (first === '"') return yield* this.jsonString();
    const word = yield* this.word();
    if (word === undefined) return 'cut';
    if (Object.hasOwn(WORDS, word)) return { value: WORDS[word] ?? null };
    return /^-?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?$/u.test(word) ? { value: Number(word) } : 'broken';
  }

  private *object(level: number): Reading<{ value: JsonObject } | Outcome> {
    this.source.take(1);
    const entries = new Map<string, JsonValue>();
    for (;;) {
      yield* this.source.skipSpace();
      if (yield* this.source.eat('}')) return { value: Object.fromEntries(entries) };
      const key = yield* this.key();
      if (typeof key !== 'object') return key;
      if (key.value === '' || entries.has(key.value)) return 'broken';
      yield* this.source.skipSpace();
      if (!(yield* this.source.eat(':'))) return yield* this.cutOrBroken();
      const member = yield* this.value(level + 1);
      if (typeof member === 'string') return member;
      entries.set(key.value, member.value);
      const parted = yield* this.parted('}');
      if (parted !== undefined) return parted;
    }
  }

  private *key(): Reading<{ value: string } | Outcome> {
    if ((yield* this.source.ahead(1)) === '"') return yield* this.jsonString();
    const key = (yield* this.source.startsWith(this.quote)) ? yield* this.quoted() : yield* this.word();
    return key === undefined ? 'cut' : { value: key };
  }

  private *list(level: number): Reading<{ value: JsonValue[] } | Outcome> {
    this.source.take(1);
    const items: JsonValue[] = [];
    for (;;) {
      yield* this.source.skipSpace();
      if (yield* this.source.eat(']')) return { value: items };
      const item = yield* this.value(level + 1);
      if (typeof item === 'string') return item;
      items.push(item.value);
      const parted = yield* this.parted(']');
      if (parted !== undefined) return parted;
    }
  }

  /** Takes a comma; says what is wrong where neither it nor the closing bracket follows. */
  private *parted(close: string): Reading<Outcome | undefined> {
    yield* this.source.skipSpace();
    if ((yield* this.source.eat(',')) || (yield* this.source.startsWith(close))) return undefined;
    return yield* this.cutOrBroken();
  }

  private *cutOrBroken(): Reading<Outcome> {
    return (yield* this.source.ahead(1)) === '' ? 'cut' : 'broken';
  }

  private *quoted(): Reading<string | undefined> {
    this.source.take(this.quote.length);
    const pieces: string[] = [];
    const end = yield* this.textEnd.next(this.source, (text) => {
      this.length += text.length;
      pieces.push(text);
    });
    if (end === undefined) return undefined;
    this.source.take(end.length);
    return pieces.join('');
  }

  /** Models fall back to JSON's strings. */
  private *jsonString(): Reading<{ value: string } | Outcome> {
    const pieces = [this.source.take(1)];
    for (;;) {
      const end = yield* JSON_STRING_MARKS.next(this.source, (text) => {
        this.length += text.length;
        pieces.push(text);
      });
      if (end === undefined) return 'cut';
      if (end === '"') break;
      if ((yield* this.source.ahead(2)).length < 2) return 'cut';
      pieces.push(this.source.take(2));
    }
    pieces.push(this.source.take(1));
    const read = readJson(pieces.join(''));
    if (typeof read?.value !== 'string') return 'broken';
    this.repairs.push(...read.repairs);
    return { value: read.value };
  }

  private *word(): Reading<string | undefined> {
    let word = '';
    const end = yield* this.wordEnd.next(this.source, (text) => {
      word += text.slice(0, 512 - word.length);
    });
    return end === undefined ? undefined : word.trim();
  }
}
