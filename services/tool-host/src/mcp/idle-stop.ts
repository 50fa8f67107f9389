/** Ends what nobody has used for a while. */
export class IdleStop {
  #inUse = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param afterMs never where 0 */
  constructor(
    private readonly afterMs: number,
    private readonly stop: () => void,
  ) {}

  async during<T>(use: () => Promise<T>): Promise<T> {
    this.#inUse += 1;
    clearTimeout(this.#timer);
    try {
      return await use();
    } finally {
      this.#inUse -= 1;
      this.wait();
    }
  }

  /** From now on, unless it is used. */
  wait(): void {
    clearTimeout(this.#timer);
    if (this.afterMs === 0 || this.#inUse > 0) return;
    this.#timer = setTimeout(this.stop, this.afterMs).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
