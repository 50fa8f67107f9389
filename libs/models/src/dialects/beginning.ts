/**
 * Tells of a text that still grows whether it begins like a pattern: yes or no as soon as no more text can change it.
 *
 * A pattern of JavaScript says nothing about text that is not there yet, so two others are made of it: one that only matches
 * what any further text leaves a match, and one that matches what can still become a match. Only the notation that
 * beginnings of bodies are written in is known: characters, classes, groups, lookaheads, `^`, `$`, `\b`, `*`, `+`, `?`.
 */
export class Beginning {
  private readonly sure: RegExp;
  private readonly open: RegExp;

  /** @throws Error for a pattern in another notation */
  constructor(private readonly pattern: RegExp) {
    const alternatives = new PatternParser(pattern.source).parse();
    this.sure = new RegExp(write(alternatives, SURE), 'u');
    this.open = new RegExp(becoming(alternatives), 'u');
  }

  /** Undefined where more text decides; `isWhole` where no more of it counts. */
  test(text: string, isWhole: boolean): boolean | undefined {
    if (isWhole) return this.pattern.test(text);
    // Half a character may become any.
    const characters = /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
    if (this.sure.test(characters)) return true;
    return this.open.test(characters) ? undefined : false;
  }
}

const known = new WeakMap<RegExp, Beginning>();

/** The beginning that a pattern describes; made once. */
export function beginningOf(pattern: RegExp): Beginning {
  const beginning = known.get(pattern) ?? new Beginning(pattern);
  known.set(pattern, beginning);
  return beginning;
}

type Atom =
  | { kind: 'character' | 'start' | 'end' | 'boundary'; source: string }
  | { kind: 'group' | 'lookahead' | 'not'; alternatives: Item[][] };
type Item = Atom & { repeat: '' | '*' | '+' | '?' };

/** How an end of the text, and what looks at what follows, is written. */
interface Form {
  end: string;
  boundary: string;
  not(alternatives: readonly Item[][]): string;
}
/** As it was. */
const PLAIN: Form = { end: '$', boundary: '\\b', not: (alternatives) => `(?!${write(alternatives, PLAIN)})` };
/** The end of the text may not be its end, and what does not follow yet may follow. */
const SURE: Form = {
  end: '(?!)',
  boundary: '\\b(?!$)',
  not: (alternatives) => `(?!${write(alternatives, PLAIN)}|${becoming(alternatives)})`,
};

function write(alternatives: readonly Item[][], form: Form): string {
  return alternatives.map((items) => items.map((item) => `${atom(item, form)}${item.repeat}`).join('')).join('|');
}

function atom(item: Item, form: Form): string {
  switch (item.kind) {
    case 'character':
    case 'start':
      return item.source;
    case 'end':
      return form.end;
    case 'boundary':
      return form.boundary;
    case 'group':
      return `(?:${write(item.alternatives, form)})`;
    case 'lookahead':
      return `(?=${write(item.alternatives, form)})`;
    case 'not':
      return form.not(item.alternatives);
  }
}

/** Matches what ends within one of the alternatives. */
function becoming(alternatives: readonly Item[][]): string {
  return alternatives.map((items) => items.reduceRight(endingAt, '(?!)')).join('|');
}

/** Matches what ends within an item, or has it and ends within the rest. */
function endingAt(rest: string, item: Item): string {
  const whole = atom(item, PLAIN);
  const within = item.kind === 'group' || item.kind === 'lookahead' ? `(?:${becoming(item.alternatives)})` : '$';
  switch (item.repeat) {
    case '':
      return item.kind === 'start' || item.kind === 'not' ? `${whole}(?:${rest})` : `(?:${within}|${whole}(?:${rest}))`;
    case '?':
      return `(?:${within}|${whole}?(?:${rest}))`;
    case '*':
      return `${whole}*(?:${within}|${rest})`;
    case '+':
      return `(?:${within}|${whole}+(?:${within}|${rest}))`;
  }
}

class PatternParser {
  private at = 0;

  constructor(private readonly source: string) {}

  parse(): Item[][] {
    const alternatives = this.alternatives();
    if (this.at < this.source.length) throw this.unknown();
    return alternatives;
  }

  private alternatives(): Item[][] {
    const found: Item[][] = [[]];
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      if (this.source[this.at] === '|') {
        this.at++;
        found.push([]);
      } else found.at(-1)?.push(this.item());
    }
    return found;
  }

  private item(): Item {
    const atom = this.atom();
    const repeat = /^[*+?]/.exec(this.source.slice(this.at))?.[0] ?? '';
    this.at += repeat.length;
    if (/^[*+?{]/.test(this.source.slice(this.at))) throw this.unknown();
    return { ...atom, repeat: repeat === '*' || repeat === '+' || repeat === '?' ? repeat : '' };
  }

  private atom(): Atom {
    const rest = this.source.slice(this.at);
    const opening = /^\((?:\?:|\?=|\?!)/.exec(rest)?.[0];
    if (opening !== undefined) {
      this.at += opening.length;
      const alternatives = this.alternatives();
      if (this.source[this.at++] !== ')') throw this.unknown();
      const kind = opening === '(?:' ? 'group' : opening === '(?=' ? 'lookahead' : 'not';
      return { kind, alternatives };
    }
    const source = /^(?:\[(?:\\.|[^\]\\])*\]|\\[pP]\{\w+\}|\\u[\da-fA-F]{4}|\\.|[^()[\]{}|*+?\\])/su.exec(rest)?.[0];
    // Escapes of several characters would be taken apart.
    if (source === undefined || /^\\[1-9ckxBu](?![\da-fA-F]{4})/.test(source)) throw this.unknown();
    this.at += source.length;
    const kind = source === '^' ? 'start' : source === '$' ? 'end' : source === '\\b' ? 'boundary' : 'character';
    return { kind, source };
  }

  private unknown(): Error {
    return new Error(`The beginning ${this.source} is written in a notation that is not known here (at ${this.at}).`);
  }
}
