/** What memory asks agents for. */
export type AskKind = 'facts' | 'summary' | 'rerank';

/**
 * waiting: what the day may cost is spent or set aside. asked: the run is under way, or about to be. done: its answer was
 * taken. failed: the run failed or its answer made no sense; nobody asks again.
 */
export type DerivationStatus = 'waiting' | 'asked' | 'done' | 'failed';

/** One ask, and what became of it. It holds ids and never a text, so that an erasure finds nothing in it. */
export interface Derivation {
  tenant: string;
  /** Of the task: the same ask again is the same run. */
  key: string;
  kind: AskKind;
  /** Who is asked. */
  agent: string;
  scopeId: string;
  conversation: string;
  /** Ids of what is asked about, in order. */
  episodes: readonly string[];
  /** Ids of what the agent is told is known. */
  known: readonly string[];
  status: DerivationStatus;
  /** Empty: the router has not said yet. */
  runId: string;
  /** US dollars that its run may cost, set aside until it ends. */
  reservedUsd: number;
  maxUsdPerDay: number;
}

/** How a derivation ended. */
export interface DerivationEnd {
  status: 'done' | 'failed';
  costUsd: number;
  /** Parts of the answer that were not taken. */
  dropped: number;
  /** For people; empty where all is well. */
  problem: string;
}
