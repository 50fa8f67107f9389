import type { SuiteCase } from '../suite/suite.js';

/** Names one run that an evaluation wants. */
export interface AttemptKey {
  evaluationId: string;
  caseId: string;
  /** From 1. */
  repeat: number;
}

/** An attempt with its case, to be published or judged. */
export interface Attempt extends AttemptKey {
  tenant: string;
  suite: string;
  agent: string;
  backend: string;
  /** Content address of the agent's version; the current one where empty. */
  agentVersion: string;
  idempotencyKey: string;
  status: AttemptStatus;
  runId: string;
  /** The span that started its evaluation; '' where there was none. */
  traceparent: string;
  /** What all runs of its evaluation may cost together; 0: no limit. */
  maxCostUsd: number;
  definition: SuiteCase;
}

export type AttemptStatus = 'pending' | 'published' | 'running' | 'judging' | 'completed' | 'failed' | 'cancelled';

const PREFIX = 'eval:';

/** The same attempt has the same key, so that its task is accepted once however often it is published. */
export function attemptKey({ evaluationId, caseId, repeat }: AttemptKey): string {
  return `${PREFIX}${evaluationId}:${caseId}:${repeat}`;
}

/** Whether a key may be an attempt's: spares a look into the database for every other run. */
export function mayBeAttempt(idempotencyKey: string): boolean {
  return idempotencyKey.startsWith(PREFIX);
}
