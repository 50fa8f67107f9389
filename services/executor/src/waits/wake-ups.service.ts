import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Bus, RunTimers } from '@switchyard/bus';
import type { RunState } from '@switchyard/journal';

/** A timer that fires this much before its time by this machine's clock is waited for in hand. In milliseconds. */
export const EARLY_MS = 1_000;

/** The times at which parked runs go on by themselves. The bus keeps them; the journal's `wake_at` is the truth. */
@Injectable()
export class WakeUps {
  readonly #timers: RunTimers;

  constructor(@Inject(Bus) bus: Bus) {
    this.#timers = new RunTimers(bus);
  }

  /**
   * After the commit that parked the run; again for the same entry is once.
   *
   * @throws SwitchyardError `bus.…` retryable
   */
  async set({ tenant, runId, backend, seq, parked }: RunState): Promise<void> {
    if (!parked || parked.until === '') return;
    await this.#timers.wake({ tenant, runId, backend, seq, at: new Date(parked.until) });
  }
}

/**
 * Waits until a time that is nearly there: clocks differ, and a timer that was used up in vain would not come again.
 *
 * @returns false, at once, where the time is further away
 * @throws the signal's reason when it is aborted
 */
export async function waitOutEarliness(until: Date | string | undefined, signal: AbortSignal): Promise<boolean> {
  const ms = until ? new Date(until).getTime() - Date.now() : Infinity;
  if (ms > EARLY_MS) return false;
  await sleep(Math.max(0, ms) + 1, undefined, { signal }).catch(() => {
    throw signal.reason;
  });
  return true;
}
