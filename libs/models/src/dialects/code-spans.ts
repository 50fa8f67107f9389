/**
 * Follows Markdown's code in a text: what stands in it is shown, not meant. Inline code ends with its line, which is
 * stricter than CommonMark: a lone backtick must not hide what a later line says.
 */
export class CodeSpans {
  private fence = 0;
  private inline = 0;
  private run = 0;
  private onlySpace = true;
  private runBeganLine = false;

  feed(text: string): void {
    for (let at = 0; at < text.length;) {
      if (this.run === 0 && text[at] !== '`') {
        const next = text.indexOf('`', at);
        this.plain(next < 0 ? text.slice(at) : text.slice(at, next));
        at = next < 0 ? text.length : next;
      } else if (text[at] === '`') {
        if (this.run === 0) this.runBeganLine = this.onlySpace;
        this.run++;
        at++;
      } else this.endRun();
    }
  }

  /** Whether what comes next stands in code. */
  get isInside(): boolean {
    this.endRun();
    return this.fence > 0 || this.inline > 0;
  }

  private plain(text: string): void {
    const line = text.lastIndexOf('\n');
    if (line >= 0) {
      this.inline = 0;
      this.onlySpace = true;
    }
    if (text.slice(line + 1).trim() !== '') this.onlySpace = false;
  }

  private endRun(): void {
    const { run } = this;
    if (run === 0) return;
    this.run = 0;
    this.onlySpace = false;
    if (this.fence > 0) {
      if (this.runBeganLine && run >= this.fence) this.fence = 0;
    } else if (run >= 3 && this.runBeganLine) this.fence = run;
    else if (this.inline === run) this.inline = 0;
    else if (this.inline === 0) this.inline = run;
  }
}
