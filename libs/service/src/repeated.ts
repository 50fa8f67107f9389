import type { Logger } from '@switchyard/telemetry';

export interface RepeatedOptions {
  /** From one beginning to the next, in milliseconds. */
  everyMs: number;
  work: (signal: AbortSignal) => Promise<void>;
  /** What the log says where it fails: the next time finds what this one left. */
  failed: string;
  logger: Logger;
}

/** Something that is done again and again for as long as the service runs. */
export class Repeated {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private again = false;

  constructor(private readonly options: RepeatedOptions) {}

  /** @param atOnce also now, and not only from the first interval on */
  start({ atOnce = true } = {}): void {
    this.timer = setInterval(() => this.begin(), this.options.everyMs);
    if (atOnce) this.begin();
  }

  /** Now, and not only at the next interval; once more where it is under way, which may have looked too early. */
  nudge(): void {
    this.again = this.current !== undefined;
    this.begin();
  }

  /** Resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.current;
  }

  /** One at a time: what takes longer than an interval is not followed by those it has missed. */
  private begin(): void {
    if (this.stopping.signal.aborted) return;
    this.current ??= this.run().finally(() => {
      this.current = undefined;
      if (!this.again) return;
      this.again = false;
      this.begin();
    });
  }

  private async run(): Promise<void> {
    const { work, failed, logger } = this.options;
    const { signal } = this.stopping;
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, failed);
    }
  }
}
