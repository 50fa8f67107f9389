/** Delays between attempts to reach a server: doubling from the first to the last, with jitter, so that hosts do not march in step. */
export class Backoff {
  private attempt = 0;

  constructor(
    private readonly firstMs: number,
    private readonly lastMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  next(): number {
    const delay = Math.min(this.lastMs, this.firstMs * 2 ** this.attempt);
    if (delay < this.lastMs) this.attempt += 1;
    return Math.round(delay * (0.75 + this.random() / 4));
  }

  reset(): void {
    this.attempt = 0;
  }
}
