import { timestampFromDate, type FeedbackSchema, type MessageInitShape } from '@switchyard/contracts';
import type { FeedbackRow } from './feedback.repository.js';

export function feedbackView(tenant: string, row: FeedbackRow): MessageInitShape<typeof FeedbackSchema> {
  const { id, run_id, name, value, comment, by, at, recorded_at, revised } = row;
  return {
    ...{ tenant, id, runId: run_id, name, value: value ?? 0, comment, by, withdrawn: value === null, revised },
    at: timestampFromDate(at),
    recordedAt: timestampFromDate(recorded_at),
  };
}
