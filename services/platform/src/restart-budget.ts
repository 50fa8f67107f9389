/** What ends more often than this within the window is given up. */
const MAX_RESTARTS = 5;
const WINDOW_MS = 60_000;
const FIRST_DELAY_MS = 200;

/** How often something that ends by itself is started again, and after how long. */
export class RestartBudget {
  #ends: number[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  /** It has ended. Gives the milliseconds to wait before it is started again; nothing when it is to be given up. */
  ended(): number | undefined {
    const now = this.now();
    this.#ends = [...this.#ends.filter((at) => now - at < WINDOW_MS), now];
    return this.#ends.length > MAX_RESTARTS ? undefined : FIRST_DELAY_MS * 2 ** (this.#ends.length - 1);
  }
}
