import { createContext, runInContext } from 'node:vm';

/**
 * What one judgement by a pattern or a schema that a user wrote may take, in milliseconds. It is time on the clock: a busy
 * machine must not turn an honest pattern into a failed case.
 */
export const BOUND_MS = 500;

export type Bounded<Result> = { done: true; result: Result } | { done: false };

/**
 * Runs a computation that a user's pattern or schema may make endless (JavaScript's regular expressions backtrack:
 * `(a+)+$` takes hours on forty letters) and stops it after BOUND_MS. V8 checks for a termination in loops and while it
 * backtracks, so that the time-out of node:vm ends it, on this thread, which is held up no longer than that. The context
 * isolates nothing and need not: the code is ours, only its data are not. The computation must have no side effects.
 */
export function bounded<Result>(compute: () => Result): Bounded<Result> {
  let result: { value: Result } | undefined;
  slot['run'] = () => {
    result = { value: compute() };
  };
  try {
    runInContext('run()', slot, { timeout: BOUND_MS });
  } catch (error) {
    if (isTimeout(error)) return { done: false };
    throw error;
  } finally {
    slot['run'] = undefined;
  }
  return result === undefined ? { done: false } : { done: true, result: result.value };
}

const slot = createContext({});

/** By its code: the error may come from another realm, where `instanceof Error` says no. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
