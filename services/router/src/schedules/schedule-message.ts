import {
  ErrorInfoSchema,
  fromStore,
  TaskRequestSchema,
  timestampFromDate,
  type Schedule,
  type ScheduleSchema,
} from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { readCron, timesAfter } from './cron-times.js';
import type { ScheduleRow } from './schedules.repository.js';

const SHOWN_TIMES = 5;

export function scheduleMessage(row: ScheduleRow): Init<typeof ScheduleSchema> {
  const at = (field: 'nextAt' | 'lastAt' | 'endsAt', time: Date | null): Partial<Pick<Schedule, typeof field>> =>
    time === null ? {} : { [field]: timestampFromDate(time) };
  return {
    tenant: row.tenant,
    name: row.name,
    cron: row.cron,
    timeZone: row.time_zone,
    task: fromStore(TaskRequestSchema, row.task),
    missed: row.missed,
    overlap: row.overlap,
    paused: row.paused,
    ...at('nextAt', row.next_at),
    ...at('lastAt', row.last_at),
    ...at('endsAt', row.ends_at),
    lastRunId: row.last_run_id,
    fired: row.fired,
    skipped: row.skipped,
    ...(row.last_error === null ? {} : { lastError: fromStore(ErrorInfoSchema, row.last_error) }),
    createdAt: timestampFromDate(row.created_at),
  };
}

/** With its next times, as they would be fired now. */
export function wholeScheduleMessage(row: ScheduleRow): Init<typeof ScheduleSchema> {
  const { next_at: next, ends_at: end } = row;
  if (next === null || row.paused) return scheduleMessage(row);
  const later = timesAfter(readCron(row.cron, row.time_zone), next, SHOWN_TIMES - 1);
  const shown = [next, ...later].filter((time) => end === null || time <= end);
  return { ...scheduleMessage(row), nextTimes: shown.map(timestampFromDate) };
}
