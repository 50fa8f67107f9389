import type { JsonObject, JsonValue } from '../json.js';
import type { WrittenCall } from '../dialects/body.js';
import type { Dialect } from '../dialects/dialect.js';
import { DEFAULT_PROMPT } from '../dialects/prompt-form.js';

/** What looks like markup: tags, tokens that tokenizers keep for it, words in brackets. Prose such as `Action:` does not. */
const MARK = /<[^\s<>{}]+>?|\[\/?[A-Z_]{3,}\]|◁[^▷]+▷|\]<\]minimax\[>\[|\]~!?b\]?\[?|\[e~\[/gu;

/** Harmony's, which no form names. */
const CHANNELS = ['<|start|>', '<|channel|>', '<|message|>', '<|constrain|>', '<|end|>', '<|call|>', '<|return|>'];

/**
 * Takes from texts what could pass for the frame: each mark of the dialect (of calls, reasoning, ends of turns, tools and
 * results) that stands in them gets a backslash after its first character, `<\/tool_response>`. A model reads it as what it is,
 * and neither it nor a tokenizer takes it for the mark. Nothing else of a text changes.
 */
export class FrameMarks {
  private readonly pattern: RegExp;

  constructor(dialect: Dialect) {
    const marks = [...new Set(marksOf(dialect).map((mark) => mark.toLowerCase()))].sort((a, b) => b.length - a.length);
    this.pattern = new RegExp(marks.map(escaped).join('|'), 'giu');
  }

  /** The text without marks. */
  text(text: string): string {
    return text.replace(this.pattern, (mark) => {
      const [first = ''] = mark;
      return `${first}\\${mark.slice(first.length)}`;
    });
  }

  /** The same for all texts within a value, names of members too. */
  value(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    return typeof value === 'object' && value !== null ? this.object(value) : value;
  }

  object(object: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(object).map(([key, member]) => [
        this.text(key),
        member === undefined ? member : this.value(member),
      ]),
    );
  }
}

const known = new WeakMap<Dialect, FrameMarks>();

/** The marks of a dialect, made once. */
export function frameMarksOf(dialect: Dialect): FrameMarks {
  const marks = known.get(dialect) ?? new FrameMarks(dialect);
  known.set(dialect, marks);
  return marks;
}

function marksOf(dialect: Dialect): string[] {
  const { tools, results } = { ...DEFAULT_PROMPT, ...dialect.prompt };
  const frame = [tools.marks, tools.each, results.marks, results.each].flatMap((pair) => [...(pair ?? [])]);
  const inner = dialect.forms.flatMap(({ bodies }) => bodies.flatMap((body) => body.inner ?? []));
  const written = [
    ...dialect.forms.flatMap(({ open, close }) => [open, ...close]),
    ...inner.flatMap(({ value, call }) => [value, call ?? '']),
    ...dialect.reasoning.flatMap(({ open, close }) => [open, close]),
    ...dialect.noise,
    ...(dialect.channels === undefined ? [] : CHANNELS),
    // What stands between marks and values is told by writing a call, with words that nobody writes as a tag.
    dialect.write([SAMPLE]),
  ];
  const marks = [...written.flatMap(marksWithin), ...frame.flatMap(frameLiterals)];
  // A word is a mark only with what follows it: `functools[`.
  const word = /^\w{5,}\[/u.exec(dialect.write([SAMPLE]))?.[0];
  return [...marks, ...marks.flatMap(openingOf), ...(word === undefined ? [] : [word])];
}

const SAMPLE: WrittenCall = {
  id: '',
  name: 'TOOL_NAME',
  arguments: { PARAMETER: 'VALUE' },
  schema: { type: 'object', properties: { PARAMETER: { type: 'string' } } },
};

function marksWithin(text: string): string[] {
  return text.match(MARK) ?? [];
}

/** What ends with `</parameter>` begins with `<parameter`, and what stands within the tag is free. */
function openingOf(mark: string): string[] {
  const name = /^<\/(\p{L}[^\s<>]{3,})>$/u.exec(mark)?.[1];
  return name === undefined ? [] : [`<${name}`];
}

/** The marks of a frame, or what stands there in place of one, up to where names and ids come in. */
function frameLiterals(text: string): string[] {
  const marks = marksWithin(text);
  if (marks.length > 0) return marks;
  const [literal = ''] = text.split(/\{(?:name|id|index)\}/u);
  return /[\p{L}]/u.test(literal) ? [literal.trim()] : [];
}

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');
}
