/** Injects the clock: a function that tells the time. */
export const NOW = Symbol('memory.now');
export type Now = () => Date;
