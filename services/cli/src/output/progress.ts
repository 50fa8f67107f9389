/** Progress on standard error: one line that is written over on a terminal, a new line only now and then elsewhere. */
export class ProgressLine {
  #last = '';
  #lastAt = 0;

  constructor(
    private readonly stream: NodeJS.WriteStream = process.stderr,
    private readonly now: () => number = Date.now,
  ) {}

  update(text: string): void {
    if (text === this.#last) return;
    if (this.stream.isTTY) this.stream.write(`\r\u001b[2K${text}`);
    else if (this.now() - this.#lastAt >= 2_000) this.stream.write(`${text}\n`);
    else return;
    this.#last = text;
    this.#lastAt = this.now();
  }

  /** Takes the line away; what comes next begins at its start. */
  clear(): void {
    if (this.stream.isTTY && this.#last) this.stream.write('\r\u001b[2K');
    this.#last = '';
  }
}

/** `[#####-----] 5/10` */
export function bar(done: number, total: number, width = 30): string {
  const filled = total === 0 ? width : Math.min(width, Math.round((done / total) * width));
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${done}/${total}`;
}
