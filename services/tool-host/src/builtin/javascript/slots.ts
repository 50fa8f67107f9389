/** So many at once, the rest in the order in which they came. */
export class Slots {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly count: number) {}

  /**
   * Waits for a place, and gives what frees it.
   *
   * @throws the signal's reason
   */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.taken < this.count) this.taken += 1;
    else await this.turn(signal);
    let free = false;
    return () => {
      if (free) return;
      free = true;
      const next = this.waiting.shift();
      if (next) next();
      else this.taken -= 1;
    };
  }

  /** The place of who leaves goes to who is called here. */
  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const called = () => {
        signal.removeEventListener('abort', gone);
        resolve();
      };
      const gone = () => {
        this.waiting.splice(this.waiting.indexOf(called), 1);
        reject(signal.reason);
      };
      this.waiting.push(called);
      signal.addEventListener('abort', gone, { once: true });
    });
  }
}
