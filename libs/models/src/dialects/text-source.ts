/**
 * A computation that pauses when the text so far does not decide how it goes on, and is resumed when there is more. What
 * it decides rests on the text alone, never on where it was cut: that is why chunking cannot matter.
 */
export type Reading<T> = Generator<undefined, T, undefined>;

/** Text that arrives in pieces, with a place in it. Holds only what was not taken yet. */
export class TextSource {
  private text = '';
  private at = 0;
  private over = false;
  private recorded: string[] | undefined;

  feed(text: string): void {
    this.text = this.at === this.text.length ? text : this.text.slice(this.at) + text;
    this.at = 0;
  }

  /** Nothing more will come. */
  close(): void {
    this.over = true;
  }

  /** Characters at hand. */
  get length(): number {
    return this.text.length - this.at;
  }

  /** Whether everything came and was taken. */
  get isOver(): boolean {
    return this.over && this.length === 0;
  }

  /** Begins to keep what is taken, so that it can be given back as text. */
  record(): void {
    this.recorded = [];
  }

  /** What was taken since `record()`. */
  recordedText(): string {
    return this.recorded?.join('') ?? '';
  }

  stopRecording(): void {
    this.recorded = undefined;
  }

  /** Takes so many characters of those at hand. */
  take(count: number): string {
    const taken = this.text.slice(this.at, this.at + count);
    this.at += taken.length;
    this.recorded?.push(taken);
    return taken;
  }

  /** Waits for more text; false when there is none to come. */
  *more(): Reading<boolean> {
    const before = this.length;
    while (this.length === before) {
      if (this.over) return false;
      yield undefined;
    }
    return true;
  }

  /** The next characters, not taken: so many, or fewer where the text ends. */
  *ahead(count: number): Reading<string> {
    while (this.length < count && (yield* this.more())) {
      // More came; perhaps it is enough.
    }
    return this.text.slice(this.at, this.at + count);
  }

  /** Whether the literal stands here. Waits no longer than it takes to know. */
  *startsWith(literal: string): Reading<boolean> {
    for (;;) {
      if (this.text.startsWith(literal, this.at)) return true;
      if (this.length >= literal.length || !literal.startsWith(this.text.slice(this.at))) return false;
      if (!(yield* this.more())) return false;
    }
  }

  /** Takes the literal if it stands here. */
  *eat(literal: string): Reading<boolean> {
    const stands = yield* this.startsWith(literal);
    if (stands) this.take(literal.length);
    return stands;
  }

  /** Takes the first of the literals that stands here. */
  *eatOneOf(literals: readonly string[]): Reading<string | undefined> {
    for (const literal of literals) if (yield* this.eat(literal)) return literal;
    return undefined;
  }

  /** Takes white space. */
  *skipSpace(): Reading<string> {
    let skipped = '';
    for (;;) {
      const rest = this.text.slice(this.at, this.at + 64);
      const space = rest.length - rest.trimStart().length;
      if (space > 0) skipped += this.take(space);
      if (space < rest.length) return skipped;
      if (this.length === 0 && !(yield* this.more())) return skipped;
    }
  }

  /** Whether the literal stands at a place among the characters at hand. */
  holds(literal: string, at: number): boolean {
    return this.text.startsWith(literal, this.at + at);
  }

  /** Whether all characters at hand are the beginning of the literal. */
  mayBecome(literal: string): boolean {
    return this.length < literal.length && literal.startsWith(this.text.slice(this.at));
  }

  /** The place of the pattern's next match among the characters at hand, from a place on; -1 if there is none. */
  find(pattern: RegExp, from = 0): number {
    pattern.lastIndex = this.at + from;
    const match = pattern.exec(this.text);
    return match === null ? -1 : match.index - this.at;
  }

  /** The characters at hand, from a place on. */
  slice(from: number, to?: number): string {
    return this.text.slice(this.at + from, to === undefined ? undefined : this.at + to);
  }
}
