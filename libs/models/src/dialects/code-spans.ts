/** A run of the characters that mark code. */
interface Run {
  character: string;
  length: number;
  beganLine: boolean;
}

/**
 * Follows Markdown's code in a text: what stands in it is shown, not meant. Stricter than CommonMark in two ways: inline
 * code ends with its line, because a lone backtick must not hide what a later line says; and a fence may be indented as
 * far as a list takes it.
 */
export class CodeSpans {
  private fence: Run | undefined;
  /** The line that opened the fence is not over: one more run on it, and it was code within the line. */
  private isOpening = false;
  /** A run that ends the fence stands on this line, with nothing but space behind it so far. */
  private isClosing = false;
  private inline = 0;
  private run: Run | undefined;
  private onlySpace = true;
  private closed = 0;

  feed(text: string): void {
    for (let at = 0; at < text.length;) {
      const character = text.charAt(at);
      if (this.run !== undefined && character === this.run.character) {
        this.run.length++;
        at++;
        continue;
      }
      this.endRun();
      if (character === '`' || character === '~') {
        this.run = { character, length: 1, beganLine: this.onlySpace };
        at++;
        continue;
      }
      MARKS.lastIndex = at;
      const next = MARKS.exec(text)?.index ?? text.length;
      this.plain(text.slice(at, next));
      at = next;
    }
  }

  /** Whether what comes next stands in code. */
  get isInside(): boolean {
    this.endRun();
    if (this.isClosing) this.closeFence();
    return this.fence !== undefined || this.inline > 0;
  }

  /** Whether what comes next stands between fences. */
  get isFenced(): boolean {
    return this.isInside && this.fence !== undefined;
  }

  /** How many fences ended so far. */
  get fencesClosed(): number {
    return this.closed;
  }

  /** The same place in the text, to be followed on its own. */
  copy(): CodeSpans {
    const { run } = this;
    return Object.assign(new CodeSpans(), this, { run: run === undefined ? undefined : { ...run } });
  }

  private plain(text: string): void {
    const line = text.indexOf('\n');
    if (this.isClosing) {
      if ((line < 0 ? text : text.slice(0, line)).trim() !== '') this.isClosing = false;
      else if (line >= 0) this.closeFence();
    }
    if (line >= 0) {
      this.inline = 0;
      this.isOpening = false;
      this.onlySpace = true;
    }
    if (text.slice(text.lastIndexOf('\n') + 1).trim() !== '') this.onlySpace = false;
  }

  private endRun(): void {
    const { run, fence } = this;
    if (run === undefined) return;
    this.run = undefined;
    this.onlySpace = false;
    if (fence !== undefined) {
      if (this.isOpening && run.character === '`' && fence.character === '`') {
        this.fence = undefined;
        this.inline = run.length === fence.length ? 0 : fence.length;
      } else this.isClosing = run.beganLine && run.character === fence.character && run.length >= fence.length;
    } else if (run.length >= 3 && run.beganLine) {
      this.fence = run;
      this.isOpening = true;
    } else if (run.character === '`') {
      if (this.inline === run.length) this.inline = 0;
      else if (this.inline === 0) this.inline = run.length;
    }
  }

  private closeFence(): void {
    this.fence = undefined;
    this.isClosing = false;
    this.closed++;
  }
}

const MARKS = /[`~]/g;
