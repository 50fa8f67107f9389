import { create, RunSchema, timestampFromDate, toValue, type Run } from '@switchyard/contracts';
import type { RunRecord } from '@switchyard/journal';

/** The projection of a run as the API shows it. */
export function runMessage(record: RunRecord): Run {
  const {
    input,
    output,
    error,
    createdAt,
    endedAt,
    parkedReason: _parked,
    publishedSeq: _published,
    updatedAt: _updated,
    ...rest
  } = record;
  return create(RunSchema, {
    ...rest,
    input: toValue(input),
    ...(record.status === 'completed' ? { output: toValue(output) } : {}),
    ...(error ? { error } : {}),
    createdAt: timestampFromDate(createdAt),
    ...(endedAt ? { endedAt: timestampFromDate(endedAt) } : {}),
  });
}
