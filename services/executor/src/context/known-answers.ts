import { SwitchyardError } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';

/** How long an answer is used without asking again, in milliseconds. */
const FRESH_MS = 2_000;
/** How long it is used while nobody answers. */
const STALE_MS = 10 * 60_000;
const MAX_ENTRIES = 256;

/** Answers of another service that are asked for at every turn, kept for a moment, and longer while it is away. */
export class KnownAnswers<T> {
  readonly #known = new Map<string, { at: number; answer: T }>();
  readonly #asking = new Map<string, Promise<T>>();

  /** @param whenOld for the log, where an old answer is gone on with */
  constructor(
    private readonly logger: Logger,
    private readonly whenOld: string,
  ) {}

  /** Whether there ever was an answer to this. */
  has(key: string): boolean {
    return this.#known.has(key);
  }

  /** @throws what `ask` throws, unless it is retryable and an answer is known */
  async of(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    if (known && Date.now() - known.at < FRESH_MS) return known.answer;
    try {
      return await this.#ask(key, ask);
    } catch (error) {
      const mayUseOld =
        error instanceof SwitchyardError && error.retryable && known && Date.now() - known.at < STALE_MS;
      if (!mayUseOld) throw error;
      this.logger.warn({ err: error }, this.whenOld);
      return known.answer;
    }
  }

  /** Runs that ask at the same moment share one question. */
  #ask(key: string, ask: () => Promise<T>): Promise<T> {
    const asking = this.#asking.get(key);
    if (asking) return asking;
    const asked = ask()
      .then((answer) => this.#keep(key, answer))
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, asked);
    return asked;
  }

  #keep(key: string, answer: T): T {
    this.#known.delete(key);
    this.#known.set(key, { at: Date.now(), answer });
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MAX_ENTRIES && oldest !== undefined) this.#known.delete(oldest);
    return answer;
  }
}
