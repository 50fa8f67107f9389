const BEAT_MS = 20;

/**
 * Knows how late this process may hear of things: what it is told while it has much to do happened earlier than it
 * looks. Without this, a busy machine would make what came in time look late.
 */
export class Pulse {
  #last = Date.now();
  #before = this.#last;
  readonly #timer = setInterval(() => {
    this.#before = this.#last;
    this.#last = Date.now();
  }, BEAT_MS);

  /** The earliest time at which that can have happened of which this process hears now, in milliseconds since 1970. */
  earliest(): number {
    return this.#before;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
