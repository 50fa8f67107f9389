import type { AttemptKey } from '../evaluations/attempt.js';
import type { SuiteCase } from '../suite/suite.js';

/** Names one question to a judge about one run. */
export interface JudgementKey extends AttemptKey {
  scorer: string;
  variant: string;
}

/** A question that is to be asked. */
export interface NewQuestion {
  scorer: string;
  variant: string;
  agent: string;
  /** Empty: the agent's own choice. */
  backend: string;
  input: string;
}

/** A question with all that asking it takes. */
export interface Judgement extends JudgementKey, NewQuestion {
  tenant: string;
  suite: string;
  idempotencyKey: string;
  runId: string;
  /** The span that started its evaluation; '' where there was none. */
  traceparent: string;
  definition: SuiteCase;
}

const PREFIX = 'judge:';

/** The same question has the same key, so that its task is accepted once however often it is published. */
export function judgementKey({ evaluationId, caseId, repeat, scorer, variant }: JudgementKey): string {
  return `${PREFIX}${evaluationId}:${caseId}:${repeat}:${scorer}:${variant}`;
}

/** Whether a key may be a question's: spares a look into the database for every other run. */
export function mayBeJudgement(idempotencyKey: string): boolean {
  return idempotencyKey.startsWith(PREFIX);
}
