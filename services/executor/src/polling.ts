import type { Bus, Listening } from '@switchyard/bus';
import { EmptySchema } from '@switchyard/contracts';

export interface PollingOptions {
  /** The word that something changed, on core NATS; it may be missed. */
  changes: string;
  /** How often it is asked all the same, in milliseconds. */
  everyMs: number;
  ask: () => Promise<unknown>;
  /** Told of the first failure of several in a row: what is known goes on. */
  failed: (error: unknown) => void;
}

/** Keeps what others decide up to date: asks at once, again and again, and soon after the word that it changed. Rounds do not overlap. */
export class Polling {
  #timer: NodeJS.Timeout | undefined;
  #listening: Listening | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;
  #failing = false;

  constructor(
    private readonly bus: Bus,
    private readonly options: PollingOptions,
  ) {}

  get stopped(): boolean {
    return this.#stopped;
  }

  start(): void {
    this.#listening = this.bus.subscribe(this.options.changes, EmptySchema, () => this.#lookSoon());
    this.#schedule(0);
  }

  /** Never fails. */
  async lookNow(): Promise<void> {
    try {
      await this.options.ask();
      this.#failing = false;
    } catch (error) {
      // Said once, not at every round: who is asked may be starting.
      if (!this.#failing && !this.#stopped) this.options.failed(error);
      this.#failing = true;
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#listening?.stop();
    await this.#round;
  }

  #schedule(delay: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#round = this.lookNow().finally(() => this.#schedule(this.options.everyMs));
    }, delay);
  }

  /** After the round under way, if there is one: what it read may be older than the change. */
  #lookSoon(): void {
    clearTimeout(this.#timer);
    void this.#round.then(() => {
      clearTimeout(this.#timer);
      this.#schedule(0);
    });
  }
}
