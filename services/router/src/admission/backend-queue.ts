import type { ExecDepth } from './exec-depth.repository.js';
import { FairShares } from './fair-shares.js';

/** Enough for small fleets to be kept busy between two looks at the queue. */
const LEAST_QUEUED = 64;
/** A run that was let in and has not gone out by then was not accepted after all, or is the reconciler's; in milliseconds. */
const FORGOTTEN_AFTER_MS = 5_000;

/**
 * How many messages a backend's queue may hold: twice what its executors do at once, so that none of them is idle while
 * more is brought, and what waits beyond that waits in Postgres, where its order can still be changed.
 */
export function mostQueued(fleet: number): number {
  return Math.max(2 * fleet, LEAST_QUEUED);
}

/** What one router knows of a backend's queue: how full it was when last looked at, and what was sent there since. */
export class BackendQueue {
  readonly shares = new FairShares();
  /** Something waits for this backend, as far as this router knows: what comes anew waits behind it. */
  backlog = false;
  /** Runs that this router has kept back; tells a pump whether one came while it looked. */
  keptBack = 0;
  #depth = 0;
  #most: number;
  /** Messages that went out since the queue was looked at. */
  #sent = 0;
  /** Runs that were let in and whose message is on its way, and since when: they are committed first. */
  readonly #onTheirWay = new Map<string, number>();

  /** @param fleet what the executors do at once, until the queue was looked at */
  constructor(
    fleet: number,
    private readonly now: () => number = Date.now,
  ) {
    this.#most = mostQueued(fleet);
  }

  /** Messages that still fit, as far as is known: never below 0. */
  get room(): number {
    return Math.max(0, this.#most - this.#depth - this.#since);
  }

  /** So much was sent since the queue was looked at that it should be looked at again. */
  get isOld(): boolean {
    return this.#since >= this.#most / 2;
  }

  /** A run takes a place. */
  letIn(runId: string): void {
    this.#onTheirWay.set(runId, this.now());
  }

  /** A message of a run went out, whether it was let in or goes on. */
  published(runId: string): void {
    this.#onTheirWay.delete(runId);
    this.#sent += 1;
  }

  /** Begins a look at the queue: what goes out from now on may or may not be seen, and is counted in any case. */
  look(): (seen: ExecDepth) => void {
    const before = this.#sent;
    for (const [runId, since] of this.#onTheirWay) {
      if (since > this.now() - FORGOTTEN_AFTER_MS) break;
      this.#onTheirWay.delete(runId);
    }
    return ({ depth, fleet }) => {
      this.#depth = depth;
      this.#most = mostQueued(fleet);
      this.#sent -= before;
    };
  }

  get #since(): number {
    return this.#sent + this.#onTheirWay.size;
  }
}
