import { ModelError } from '../model-error.js';

/** Aborts a call when its caller does, or when one of its clocks runs out. The reason is always a `ModelError`. */
export class Deadline {
  private readonly controller = new AbortController();
  private whole: NodeJS.Timeout | undefined;
  private phase: NodeJS.Timeout | undefined;
  private readonly onAbort = (): void => {
    this.abort(
      new ModelError({ kind: 'cancelled', message: 'The model call was cancelled.', cause: this.caller?.reason }),
    );
  };

  constructor(
    private readonly backendName: string,
    private readonly caller: AbortSignal | undefined,
  ) {
    if (caller?.aborted === true) this.onAbort();
    else caller?.addEventListener('abort', this.onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Why it was aborted, if it was. */
  get reason(): ModelError | undefined {
    return this.controller.signal.aborted && ModelError.is(this.controller.signal.reason)
      ? this.controller.signal.reason
      : undefined;
  }

  /** Starts the clock of the whole call. */
  total(ms: number): void {
    this.whole = this.clock(ms, 'total', 'did not finish its answer');
  }

  /** Starts the clock of a phase, in place of the one before. */
  await(phase: 'first_byte' | 'idle', ms: number): void {
    clearTimeout(this.phase);
    this.phase = this.clock(ms, phase, phase === 'idle' ? 'fell silent in its answer' : 'did not begin to answer');
  }

  /** Stops the phase's clock: what comes next is the caller's own time. */
  rest(): void {
    clearTimeout(this.phase);
  }

  /** Waits for a promise, but no longer than the deadline allows, even if what it does ignores the signal. */
  async race<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this;
    let stop: (() => void) | undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(signal.reason as Error);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      if (stop !== undefined) signal.removeEventListener('abort', stop);
    }
  }

  /** Stops the clocks, and whatever still runs unless all has ended by itself. */
  close(hasEnded = false): void {
    clearTimeout(this.whole);
    clearTimeout(this.phase);
    this.caller?.removeEventListener('abort', this.onAbort);
    if (!hasEnded) this.abort(new ModelError({ kind: 'cancelled', message: 'The model call is over.' }));
  }

  private clock(ms: number, name: string, what: string): NodeJS.Timeout | undefined {
    if (ms <= 0 || !Number.isFinite(ms)) return undefined;
    return setTimeout(() => {
      this.abort(
        new ModelError({
          kind: 'timeout',
          code: `model.timeout.${name}`,
          message: `Backend ${this.backendName} ${what} within ${ms} ms. Try again, or allow more time.`,
        }),
      );
    }, ms);
  }

  private abort(reason: ModelError): void {
    if (!this.controller.signal.aborted) this.controller.abort(reason);
  }
}
