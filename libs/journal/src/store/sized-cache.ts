export interface CacheLimits {
  items: number;
  bytes: number;
}

/** Keeps what was used last, within a number of items and of bytes; the least used is forgotten first. */
export class SizedCache<Value> {
  readonly #held = new Map<string, { value: Value; bytes: number }>();
  #bytes = 0;

  constructor(private readonly limits: CacheLimits) {}

  get size(): CacheLimits {
    return { items: this.#held.size, bytes: this.#bytes };
  }

  get(key: string): Value | undefined {
    const held = this.#held.get(key);
    if (!held) return undefined;
    // The order of a Map is that of insertion: what is used goes to the end.
    this.#held.delete(key);
    this.#held.set(key, held);
    return held.value;
  }

  /** @param bytes about what it takes in memory now */
  put(key: string, value: Value, bytes: number): void {
    this.drop(key);
    if (bytes > this.limits.bytes) return;
    this.#held.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= this.limits.items && this.#bytes <= this.limits.bytes) return;
      this.drop(oldest);
    }
  }

  drop(key: string): void {
    this.#bytes -= this.#held.get(key)?.bytes ?? 0;
    this.#held.delete(key);
  }
}
