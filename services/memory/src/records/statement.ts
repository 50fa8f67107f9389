import type { Provenance, Scope } from '@switchyard/contracts';

/** Something that is ready to be stored. */
export interface Statement {
  /** The id it gets, should it be new. */
  id: string;
  kind: 'episode' | 'fact' | 'summary';
  text: string;
  statementKey: string;
  /** Term to occurrences. */
  terms: ReadonlyMap<string, number>;
  tags: readonly string[];
  provenance: Provenance;
  trust: number;
  confidence: number;
  /** How often it was said, at least once. */
  count: number;
  /** Empty: nothing takes its place by itself. */
  subject: string;
  /** Ids of memories that say it. */
  evidence: readonly string[];
  /** Counted once in its tenant under this key. Empty: each time. */
  saveKey: string;
  speaker: string;
  conversation: string;
  /** Absent: after the last of its conversation. */
  position: number | undefined;
  occurredAt: Date;
  validFrom: Date;
  /** Absent: open. */
  validTo: Date | undefined;
  expiresAt: Date | undefined;
}

/** What is stored at once: all of one scope, in one transaction. */
export interface Batch {
  scope: Scope;
  statements: readonly Statement[];
  at: Date;
  /** Whose words may be an echo; empty: nobody's. */
  runId: string;
}

/**
 * stored: a new row. repeated: counted. redelivered: it was counted before. echo: given back from what was recalled.
 * withdrawn: it was retracted, and only people bring it back. forgotten: what the same call saved has been erased since.
 */
export type Outcome = 'stored' | 'repeated' | 'redelivered' | 'echo' | 'withdrawn' | 'forgotten';
