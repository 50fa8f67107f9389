import { SwitchyardError } from '@switchyard/contracts';

export interface GroupCommitOptions<Item, Result> {
  /**
   * Makes all items durable in one go and says for each, in order, what became of it. Throwing a terminal error means
   * that nothing was written: the items are then tried in halves, so that only the guilty one fails. Throwing a
   * retryable error means that nobody knows: it goes to every caller.
   */
  flush: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;
  /** Items of one flush at most. Default 256. */
  maxItems?: number;
  /** Size of an item in any unit, for `maxSize`. Default: 0. */
  sizeOf?: (item: Item) => number;
  /** Sum of sizes at which a flush is full; a larger item goes alone. Default: no bound. */
  maxSize?: number;
  /** How long an item may wait for company while a flush is under way, in milliseconds. Default 2. */
  maxWaitMs?: number;
  /** Flushes at once. Default 2: while one waits for the disk, the next is being sent. */
  maxInFlight?: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Turns many small durable writes into few large ones. An item that comes when nothing is under way is flushed at once
 * (with what else came in the same tick); under load items gather.
 */
export class GroupCommit<Item, Result> {
  readonly #flush: GroupCommitOptions<Item, Result>['flush'];
  readonly #maxItems: number;
  readonly #sizeOf: (item: Item) => number;
  readonly #maxSize: number;
  readonly #maxWaitMs: number;
  readonly #maxInFlight: number;
  #waiting: Waiting<Item, Result>[] = [];
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;
  #scheduled = false;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#flush = options.flush;
    this.#maxItems = options.maxItems ?? 256;
    this.#sizeOf = options.sizeOf ?? (() => 0);
    this.#maxSize = options.maxSize ?? Infinity;
    this.#maxWaitMs = options.maxWaitMs ?? 2;
    this.#maxInFlight = options.maxInFlight ?? 2;
  }

  /** Resolves when the item is durable. Rejected with a retryable error, nothing was promised: read before writing again. */
  submit(item: Item): Promise<Result> {
    if (this.#closed) {
      return Promise.reject(
        new SwitchyardError('database.closed', 'This process is stopping and writes no more.', { retryable: true }),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#consider();
    });
  }

  /** Takes nothing new and resolves when all that was taken is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#waiting.length === 0 && this.#inFlight === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #consider(): void {
    if (this.#waiting.length === 0 || this.#inFlight >= this.#maxInFlight) return;
    if (this.#waiting.length >= this.#maxItems) return this.#start();
    if (this.#inFlight === 0) return this.#startAfterTick();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting.length > 0 && this.#inFlight < this.#maxInFlight) this.#start();
    }, this.#maxWaitMs);
  }

  #startAfterTick(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#waiting.length > 0 && this.#inFlight < this.#maxInFlight) this.#start();
    });
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const group = this.#waiting.splice(0, this.#fitting());
    this.#inFlight += 1;
    void this.#settle(group).finally(() => {
      this.#inFlight -= 1;
      if (this.#waiting.length > 0) this.#start();
      else if (this.#inFlight === 0) for (const done of this.#idle.splice(0)) done();
    });
  }

  /** How many of those that wait go into one flush; at least one. */
  #fitting(): number {
    let size = 0;
    const most = Math.min(this.#waiting.length, this.#maxItems);
    for (let count = 0; count < most; count += 1) {
      const waiting = this.#waiting[count];
      size += waiting ? this.#sizeOf(waiting.item) : 0;
      if (size > this.#maxSize) return Math.max(1, count);
    }
    return most;
  }

  async #settle(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#flush(group.map(({ item }) => item));
      group.forEach((waiting, index) => settleOne(waiting, results[index]));
    } catch (error) {
      if (group.length === 1 || isRetryable(error)) return group.forEach(({ reject }) => reject(error));
      const middle = Math.ceil(group.length / 2);
      await this.#settle(group.slice(0, middle));
      await this.#settle(group.slice(middle));
    }
  }
}

function settleOne<Item, Result>(
  waiting: Waiting<Item, Result>,
  result: PromiseSettledResult<Result> | undefined,
): void {
  if (result?.status === 'fulfilled') waiting.resolve(result.value);
  else
    waiting.reject(
      result?.reason ?? new SwitchyardError('database.failed', 'The flush gave no result for this item: a defect.'),
    );
}

function isRetryable(error: unknown): boolean {
  return error instanceof SwitchyardError && error.retryable;
}
