import { fromValue, isReplay, type JsonObject, type JsonValue, type Run } from '@switchyard/contracts';
import { mayBeAttempt } from '../evaluations/attempt.js';
import { mayBeJudgement } from '../judgements/judgement.js';
import type { WrittenAnswer } from '../suite/case-fixtures.js';
import type { Kind } from '../redaction/kinds.js';
import { redact } from '../redaction/redact.js';
import { judgeInTime } from '../scorers/judge-in-time.js';

/** Why no case was made of a run. */
export type Omission = 'evaluation' | 'replay' | 'gone' | 'empty' | 'too_large' | 'unsearched';

export interface RecordedCase {
  /** As a suite's file has it. */
  case: JsonObject;
  counts: Partial<Record<Kind, number>>;
  /** Of its JSON in UTF-8. */
  bytes: number;
}

/** Bytes of JSON of one case: with what stands around it, it stays below the megabyte that NATS carries. */
export const MAX_CASE_BYTES = 500_000;

/**
 * One case out of a run, with nothing of `kinds` in it. Input and output are redacted together, so that they still
 * correspond. What of a run that did not complete came out is expected of nobody.
 *
 * @param cluster undefined where it is a case by itself
 * @param more.answers what its calls were answered with; absent: the case's calls are made
 * @param more.inTime bounds the search, which nobody could have looked through where it is late
 */
export function recordedCase(
  run: Run,
  cluster: string | undefined,
  kinds: readonly Kind[],
  {
    answers,
    inTime = judgeInTime,
  }: { answers?: readonly WrittenAnswer[]; inTime?: <T>(compute: () => T) => T | 'late' } = {},
): RecordedCase | Omission {
  // Cases made of evaluations would ask again what a suite asks already.
  // So would those of runs that were answered from a record.
  if (isReplay(run)) return 'replay';
  if (mayBeAttempt(run.idempotencyKey) || mayBeJudgement(run.idempotencyKey)) return 'evaluation';
  const input = fromValue(run.input);
  if (input === null) return 'empty';
  const output = run.status === 'completed' ? fromValue(run.output) : null;
  const told: JsonObject = {
    input,
    ...(output === null ? {} : { expected: output }),
    ...(answers ? { fixtures: { answers: answers.map((answer): JsonValue => ({ ...answer })) } } : {}),
  };
  if (bytesOf(told) > MAX_CASE_BYTES) return 'too_large';
  const redacted = inTime(() => redactBoth(told, kinds));
  if (redacted === 'late') return 'unsearched';
  const made: JsonObject = {
    id: run.runId,
    ...redacted.value,
    ...(cluster === undefined ? {} : { cluster }),
    tags: ['recorded'],
    metadata: { run: run.runId },
  };
  const bytes = bytesOf(made);
  return bytes > MAX_CASE_BYTES ? 'too_large' : { case: made, counts: redacted.counts, bytes };
}

/** As a list: the names of the case's own fields are nobody's data. */
function redactBoth(told: JsonObject, kinds: readonly Kind[]) {
  const { value, counts } = redact(Object.values(told), kinds);
  const parts = Array.isArray(value) ? value : [];
  return { value: Object.fromEntries(Object.keys(told).map((key, at) => [key, parts[at] ?? null])), counts };
}

function bytesOf(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value));
}
