/** Injects `EvaluatorOptions`. */
export const EVALUATOR_OPTIONS = Symbol('evaluator.options');

export interface EvaluatorOptions {
  /** Runs of one evaluation that are open at once: enough to keep executors busy, too few to flood the queue. */
  window: number;
  /** Between two looks at what should be moving. */
  tickMs: number;
  /** A task that was not accepted after this is published again. */
  republishAfterMs: number;
  /** A run that was not heard of for this long is asked after. */
  askAfterMs: number;
  /** Between two looks at the rollouts that are under way. */
  canaryTickMs: number;
  /** A turn of a watch that has not ended after this ends with what was answered until then. */
  watchTurnMs: number;
}

export const DEFAULT_OPTIONS: EvaluatorOptions = {
  window: 32,
  tickMs: 5_000,
  republishAfterMs: 30_000,
  askAfterMs: 60_000,
  canaryTickMs: 5_000,
  watchTurnMs: 1_800_000,
};
