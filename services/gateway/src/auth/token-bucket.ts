export interface Verdict {
  allowed: boolean;
  /** Until one more is allowed; 0 where it is. */
  waitSeconds: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets kept; beyond, the one unused for longest goes: it is full by then, and a full bucket says no more than none. */
const MAX_BUCKETS = 10_000;

/** Token buckets by name: `ratePerSecond` on average, one second's worth at once. In memory, so each replica counts alone. */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  /** @param now milliseconds that only grow */
  constructor(
    private readonly ratePerSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  take(name: string): Verdict {
    const bucket = this.refilled(name);
    if (bucket.tokens < 1) return { allowed: false, waitSeconds: (1 - bucket.tokens) / this.ratePerSecond };
    bucket.tokens -= 1;
    return { allowed: true, waitSeconds: 0 };
  }

  /** Whether one would be allowed; takes none. */
  peek(name: string): Verdict {
    const { tokens } = this.refilled(name);
    return tokens < 1
      ? { allowed: false, waitSeconds: (1 - tokens) / this.ratePerSecond }
      : { allowed: true, waitSeconds: 0 };
  }

  private refilled(name: string): Bucket {
    const at = this.now();
    const bucket = this.buckets.get(name) ?? { tokens: this.ratePerSecond, at };
    bucket.tokens = Math.min(this.ratePerSecond, bucket.tokens + ((at - bucket.at) / 1_000) * this.ratePerSecond);
    bucket.at = at;
    // Set again, so that the map's order is that of last use.
    this.buckets.delete(name);
    this.buckets.set(name, bucket);
    if (this.buckets.size > MAX_BUCKETS) this.dropOldest();
    return bucket;
  }

  private dropOldest(): void {
    const oldest = this.buckets.keys().next();
    if (!oldest.done) this.buckets.delete(oldest.value);
  }
}
