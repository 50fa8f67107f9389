/** A hit as the agent is told it. */
export interface Candidate {
  id: string;
  text: string;
}

/** The ids of all candidates in their new order, or why there is none. */
export type Reranked = { order: readonly string[] } | { without: string };

/** Puts what was found into the order of its use for a query. Injected, so that recall does not know who does it. */
export interface Reranker {
  /** In a few seconds, and never throws: a recall without is better than none. */
  order(asked: { tenant: string; agent: string; query: string }, candidates: readonly Candidate[]): Promise<Reranked>;
}

export const RERANKER = Symbol('memory.reranker');
