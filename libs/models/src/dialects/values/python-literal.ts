import type { JsonObject, JsonValue } from '../../json.js';

/** A call as Python writes it: `f(a=1)`. */
export interface PythonCall {
  name: string;
  arguments: JsonObject;
}

/** Deeper values are refused: no arguments nest so far. */
const MAX_LEVELS = 100;

/** Reads a Python literal (dict, list, tuple, set, string, number, True, False, None) as JSON; undefined if it is none. */
export function parsePython(text: string): JsonValue | undefined {
  const parser = new PythonParser(text);
  try {
    const value = parser.value(0);
    return parser.isAtEnd() ? value : undefined;
  } catch (error) {
    return notPython(error);
  }
}

/**
 * Reads calls with named arguments: `[f(a=1), g()]`, or one after the other (by lines, commas or semicolons). Undefined
 * if the text is anything else; positional arguments say nothing certain and are refused.
 */
export function parsePythonCalls(text: string): PythonCall[] | undefined {
  const { calls, whole } = parsePythonCallsSoFar(text);
  return whole ? calls : undefined;
}

/** The same, with the calls before the first that cannot be read where not all can. */
export function parsePythonCallsSoFar(text: string): { calls: PythonCall[]; whole: boolean } {
  const parser = new PythonParser(text);
  const calls: PythonCall[] = [];
  try {
    parser.calls(calls);
    return { calls, whole: parser.isAtEnd() };
  } catch (error) {
    notPython(error);
    return { calls, whole: false };
  }
}

/** Being no Python is the answer here; anything else is a defect. */
function notPython(error: unknown): undefined {
  if (error instanceof NotPython) return undefined;
  throw error;
}

class NotPython extends Error {}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\u0007',
  '0': '\0',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '/': '/',
};
const NUMBER = /[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_][\w.\-:/]*/y;
const KEY = /[A-Za-z_]\w*/y;
const WORDS: Readonly<Record<string, JsonValue>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};

class PythonParser {
  private at = 0;

  constructor(private readonly text: string) {}

  isAtEnd(): boolean {
    this.space();
    return this.at === this.text.length;
  }

  /** Adds calls as they are read: a call counts when what follows it can follow a call. */
  calls(calls: PythonCall[]): void {
    const list = this.eat('[');
    for (;;) {
      this.space();
      if (list ? this.eat(']') : this.at === this.text.length) return;
      const call = this.call();
      const separated = this.eat(',') || this.eat(';');
      if (list && !separated && !this.peeks(']')) throw new NotPython();
      calls.push(call);
    }
  }

  value(level: number): JsonValue {
    if (level > MAX_LEVELS) throw new NotPython();
    this.space();
    const character = this.text[this.at] ?? '';
    if (character === '{') return this.dict(level);
    if (character === '[') return this.list('[', ']', level);
    if (character === '(') return this.list('(', ')', level);
    if (character === '"' || character === "'") return this.strings();
    const word = this.match(KEY);
    if (word !== undefined) {
      if (/^[rbuf]+$/i.test(word) && /^[uU]$/.test(word) && /["']/.test(this.text[this.at] ?? ''))
        return this.strings();
      const value = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
      if (value === undefined) throw new NotPython();
      return value;
    }
    const number = this.match(NUMBER);
    const parsed = number === undefined ? Number.NaN : Number(number.replaceAll('_', ''));
    if (!Number.isFinite(parsed)) throw new NotPython();
    return parsed;
  }

  private call(): PythonCall {
    const name = this.match(NAME);
    if (name === undefined || !this.eat('(')) throw new NotPython();
    const entries = new Map<string, JsonValue>();
    for (;;) {
      this.space();
      if (this.eat(')')) return { name, arguments: Object.fromEntries(entries) };
      const key = this.match(KEY);
      if (key === undefined || !this.eat('=') || entries.has(key)) throw new NotPython();
      entries.set(key, this.value(0));
      if (!this.eat(',') && !this.peeks(')')) throw new NotPython();
    }
  }

  /** A dict, or a set, which JSON writes as a list. */
  private dict(level: number): JsonValue {
    const start = this.at;
    this.eat('{');
    const entries = new Map<string, JsonValue>();
    for (;;) {
      this.space();
      if (this.eat('}')) return Object.fromEntries(entries);
      const key = this.value(level + 1);
      if (entries.size === 0 && (this.peeks(',') || this.peeks('}'))) {
        this.at = start;
        return this.list('{', '}', level);
      }
      if ((typeof key !== 'string' && typeof key !== 'number') || !this.eat(':')) throw new NotPython();
      if (entries.has(String(key))) throw new NotPython();
      entries.set(String(key), this.value(level + 1));
      if (!this.eat(',') && !this.peeks('}')) throw new NotPython();
    }
  }

  private list(open: string, close: string, level: number): JsonValue[] {
    this.eat(open);
    const items: JsonValue[] = [];
    for (;;) {
      this.space();
      if (this.eat(close)) return items;
      items.push(this.value(level + 1));
      if (!this.eat(',') && !this.peeks(close)) throw new NotPython();
    }
  }

  /** Strings that stand beside each other are one. */
  private strings(): string {
    let joined = '';
    for (;;) {
      joined += this.string();
      this.space();
      if (!/["']/.test(this.text[this.at] ?? '')) return joined;
    }
  }

  private string(): string {
    const single = this.text[this.at] ?? '';
    const quote = this.text.startsWith(single.repeat(3), this.at) ? single.repeat(3) : single;
    this.at += quote.length;
    let value = '';
    for (;;) {
      if (this.at >= this.text.length) throw new NotPython();
      if (this.text.startsWith(quote, this.at)) {
        this.at += quote.length;
        return value;
      }
      const character = this.text[this.at++] ?? '';
      value += character === '\\' ? this.escape() : character;
    }
  }

  private escape(): string {
    const kind = this.text[this.at++] ?? '';
    const digits = { x: 2, u: 4, U: 8 }[kind];
    if (digits !== undefined) {
      const code = this.text.slice(this.at, this.at + digits);
      const point = /^[\da-f]+$/i.test(code) && code.length === digits ? Number.parseInt(code, 16) : Number.NaN;
      if (!(point <= 0x10_ff_ff)) throw new NotPython();
      this.at += digits;
      return digits === 8 ? String.fromCodePoint(point) : String.fromCharCode(point);
    }
    // A line that goes on, to Python; a line break, to whoever wrote it by mistake.
    if (kind === '\n') throw new NotPython();
    // Python keeps the backslash of what is no escape.
    return Object.hasOwn(ESCAPES, kind) ? (ESCAPES[kind] ?? '') : `\\${kind}`;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  private eat(literal: string): boolean {
    this.space();
    if (!this.text.startsWith(literal, this.at)) return false;
    this.at += literal.length;
    return true;
  }

  private peeks(literal: string): boolean {
    this.space();
    return this.text.startsWith(literal, this.at);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
