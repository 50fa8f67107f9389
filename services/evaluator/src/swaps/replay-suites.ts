/** Injects `ReplaySuites`. */
export const REPLAY_SUITES = Symbol('evaluator.replay-suites');

/** Makes suites out of recorded runs: their inputs, their tool calls answered from the record, what came out expected. */
export interface ReplaySuites {
  /**
   * Keeps a suite of the agent's last recorded runs; the same runs are the same suite.
   *
   * @throws SwitchyardError where none of them can be replayed
   */
  keep(question: {
    tenant: string;
    agent: string;
    runs: number;
    actor: string;
  }): Promise<{ suite: string; suiteVersion: string }>;
}
