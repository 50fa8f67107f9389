import vm from 'node:vm';

const RUN = new vm.Script('run()');
/** One for all: what runs in it is synchronous. It isolates nothing and need not: the code is ours. */
const slot: { run?: () => void } = {};
vm.createContext(slot);

/**
 * What a synchronous computation gives, or undefined when it took longer than `limitMs`. The time-out of a vm script ends
 * whatever runs in it, functions from outside too: the one way to stop synchronous work. The computation must keep no
 * state that a stop half way would spoil.
 */
export function bounded<T>(limitMs: number, compute: () => T): { value: T } | undefined {
  let result: { value: T } | undefined;
  slot.run = () => {
    result = { value: compute() };
  };
  try {
    RUN.runInContext(slot, { timeout: limitMs });
  } catch (error) {
    if (!isTimeout(error)) throw error;
  } finally {
    delete slot.run;
  }
  return result;
}

/** By its code: the error comes from another realm. */
function isTimeout(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
