/** A text that begins with everything so far is taken for a repetition from this length on; below, chance can do it. */
const TELLING_CHARACTERS = 16;

/**
 * Text as it grows from chunk to chunk. Google sends what is new; proxies were seen to send all text so far with every
 * chunk, or once more at the end. Gives what is new in either case.
 */
export class TextPieces {
  private all = '';
  /** Begins with a short text so far and goes on: the next chunk tells whether that was chance. */
  private held = '';
  /** Whether something was taken for a repetition. */
  repeated = false;

  /** A later piece of the same chunk: never a repetition. */
  add(text: string): string {
    const fresh = this.flush() + text;
    this.all += text;
    return fresh;
  }

  /** The first piece of a chunk. */
  push(text: string): string {
    if (this.held !== '') {
      if (!text.startsWith(this.held)) return this.add(text);
      this.held = '';
      return this.replace(text);
    }
    if (this.all === '' || !text.startsWith(this.all)) return this.add(text);
    if (this.all.length >= TELLING_CHARACTERS) return this.replace(text);
    // Equal short pieces are one word twice.
    if (text.length === this.all.length) return this.add(text);
    this.held = text;
    return '';
  }

  /** Nothing more follows that could tell: what was held is new. */
  flush(): string {
    const { held } = this;
    this.held = '';
    this.all += held;
    return held;
  }

  private replace(text: string): string {
    const fresh = text.slice(this.all.length);
    this.all = text;
    this.repeated = true;
    return fresh;
  }
}
