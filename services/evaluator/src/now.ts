/** Injects the clock: a function that tells the time. */
export const NOW = Symbol('evaluator.now');
export type Now = () => Date;
