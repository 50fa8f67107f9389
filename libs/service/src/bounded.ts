import vm from 'node:vm';

const RUN = new vm.Script('run()');
/** One for all: what runs in it is synchronous, so there is never more than one. It isolates nothing and need not: the code is ours. */
const slot: { run?: () => void } = {};
vm.createContext(slot);

/**
 * Runs a synchronous computation on data that somebody may have made to be costly (a page, a pattern) and gives it up
 * after `limitMs`. The time-out of a vm script ends whatever runs in it, functions from outside too: the one way to stop
 * synchronous work. The computation must keep no state that a stop half way would spoil.
 *
 * @throws what `late` makes, when the time was up; what the computation throws
 */
export function bounded<T>(limitMs: number, compute: () => T, late: (cause: unknown) => Error): T {
  let result: { value: T } | undefined;
  slot.run = () => {
    result = { value: compute() };
  };
  try {
    RUN.runInContext(slot, { timeout: limitMs });
  } catch (error) {
    throw isTimeout(error) ? late(error) : error;
  } finally {
    delete slot.run;
  }
  if (!result) throw new TypeError('The computation did not run');
  return result.value;
}

/** By its code: the error comes from another realm. */
function isTimeout(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
