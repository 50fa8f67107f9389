import { exceededLimit, type RunState } from '@switchyard/journal';
import { RunFailure } from './run-failure.js';

export interface Deadline {
  signal: AbortSignal;
  /** In milliseconds since 1970; Infinity where there is none. */
  endsAt: number;
  clear: () => void;
}

/** Aborts with `run.limit_exceeded` when the run's time is over in the middle of a turn. */
export function deadline(state: RunState, seconds: number): Deadline {
  const controller = new AbortController();
  if (seconds <= 0) return { signal: controller.signal, endsAt: Infinity, clear: () => undefined };
  const endsAt = Date.parse(state.createdAt) + seconds * 1_000;
  const abort = (): void => {
    const limits = { turns: 0, tokens: 0, seconds, costUsd: 0 };
    const exceeded = exceededLimit(state, limits, new Date(Math.max(Date.now(), endsAt)));
    if (exceeded) controller.abort(RunFailure.of(exceeded));
  };
  // setTimeout takes 31 bits of milliseconds.
  const timer = setTimeout(abort, Math.min(Math.max(0, endsAt - Date.now()), 2 ** 31 - 1));
  return { signal: controller.signal, endsAt, clear: () => clearTimeout(timer) };
}
