import {
  SwitchyardError,
  TaskRequestSchema,
  timestampDate,
  toWire,
  type JsonObject,
  type Schedule,
} from '@switchyard/contracts';
import { readTask } from '../tasks/read-task.js';
import { readCron } from './cron-times.js';
import { MISSED_POLICIES, type MissedPolicy } from './due-times.js';

/** A schedule that holds, with its next time. */
export interface ReadSchedule {
  tenant: string;
  name: string;
  cron: string;
  timeZone: string;
  task: JsonObject;
  agent: string;
  missed: MissedPolicy;
  overlap: 'allow' | 'skip';
  paused: boolean;
  nextAt: Date;
  endsAt: Date | null;
}

/**
 * Reads a schedule as its user wrote it.
 *
 * @throws SwitchyardError `schedule.invalid`, `schedule.never_fires`, and what `readTask` throws. Terminal.
 */
export function readSchedule(written: Schedule, now: Date, maxBytes: number): ReadSchedule {
  const { tenant, name, task } = written;
  if (!task) throw invalid('task', 'has no task');
  if (task.idempotencyKey !== '')
    throw invalid('task.idempotency_key', 'its task has an idempotency key, which would make all its times one task');
  if (task.tenant !== '' && task.tenant !== tenant) throw invalid('task.tenant', `its task is of another tenant`);
  // Throws where the task would be refused each time.
  readTask(task, { tenant, maxBytes });
  const timeZone = written.timeZone || 'UTC';
  const times = readCron(written.cron, timeZone);
  const endsAt = written.endsAt ? timestampDate(written.endsAt) : null;
  const nextAt = times.after(now);
  if (!nextAt) throw neverFires(written, 'there is no such day');
  if (endsAt && nextAt > endsAt)
    throw neverFires(written, `it ends at ${endsAt.toISOString()}, and its next time is ${nextAt.toISOString()}`);
  const { tenant: _, ...content } = toWire(TaskRequestSchema, task);
  return {
    tenant,
    name,
    cron: written.cron.trim().replace(/\s+/g, ' '),
    timeZone,
    task: content,
    agent: task.agent,
    missed: MISSED_POLICIES.find((policy) => policy === written.missed) ?? 'last',
    overlap: written.overlap === 'skip' ? 'skip' : 'allow',
    paused: written.paused,
    nextAt,
    endsAt,
  };
}

function invalid(field: string, what: string): SwitchyardError {
  return new SwitchyardError('schedule.invalid', `The schedule cannot be kept: ${what}.`, { details: { field } });
}

function neverFires({ name, cron }: Schedule, why: string): SwitchyardError {
  return new SwitchyardError(
    'schedule.never_fires',
    `The schedule "${name}" (${cron.slice(0, 64)}) would never fire: ${why}. Correct its expression or its end.`,
    { details: { field: 'cron' } },
  );
}
