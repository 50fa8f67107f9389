export interface BackoffOptions {
  /** Default 500. */
  firstMs?: number;
  /** Default 60,000. */
  maxMs?: number;
}

/** Delay before the next delivery: doubling from the first, up to the most. `delivery` counts from 1. */
export function backoffMs(delivery: number, { firstMs = 500, maxMs = 60_000 }: BackoffOptions = {}): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(delivery, 1) - 1, 30));
}
