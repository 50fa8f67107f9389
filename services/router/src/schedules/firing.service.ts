import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import {
  ErrorInfoSchema,
  fromStore,
  SwitchyardError,
  TaskRequestSchema,
  toErrorInfo,
  toWire,
} from '@switchyard/contracts';
import { hasEnded, JournalStore } from '@switchyard/journal';
import { CONFIG, LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { readTask } from '../tasks/read-task.js';
import { SubmitService } from '../tasks/submit.service.js';
import { AlarmsService } from './alarms.service.js';
import { readCron } from './cron-times.js';
import { dueTimes, MISSED_POLICIES } from './due-times.js';
import { SchedulesRepository, type DueSchedule, type Fired } from './schedules.repository.js';

/** A clock that is so far ahead, in milliseconds, is waited for; what comes sooner is an alarm of a time that was changed. */
const CLOCKS_APART_MS = 1_000;
/** Schedules of one round; more wait for the next one. */
const MOST_AT_ONCE = 1_000;

/**
 * Publishes tasks when they are due. Each time is one task, wherever a router dies: the key is made of the schedule's name
 * and the time, and the next time is written after the acceptance. A crash between the two fires the same key again, which
 * is the same task; two routers at once cannot have the same row.
 */
@Injectable()
export class FiringService {
  constructor(
    @Inject(SchedulesRepository) private readonly repository: SchedulesRepository,
    @Inject(SubmitService) private readonly tasks: SubmitService,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(AlarmsService) private readonly alarms: AlarmsService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Fires all that are due. @returns how many schedules. @throws SwitchyardError `database.…`; what was not fired stays due */
  async fireDue(): Promise<number> {
    let fired = 0;
    while (fired < MOST_AT_ONCE && (await this.fireOne())) fired += 1;
    return fired;
  }

  /** Fires one that is due, or this one if it is. False where it is not, or another router is at it. */
  async fireOne(only?: { tenant: string; name: string }): Promise<boolean> {
    let next: { schedule: DueSchedule; at: Date } | undefined;
    const claimed = await this.repository.claimDue(async (schedule) => {
      const fired = await this.fire(schedule);
      next = fired.nextAt ? { schedule, at: fired.nextAt } : undefined;
      return fired;
    }, only);
    if (next) await this.alarms.set(next.schedule, next.at);
    return claimed;
  }

  /** The alarm of a schedule went off: by the bus' clock, which may be ahead of the database's. */
  async fireAlarm(of: { tenant: string; name: string }): Promise<void> {
    if (await this.fireOne(of)) return;
    const waitMs = await this.repository.dueInMs(of);
    if (waitMs === undefined || waitMs > CLOCKS_APART_MS) return;
    await setTimeout(Math.max(0, Math.ceil(waitMs)));
    await this.fireOne(of);
  }

  private async fire(schedule: DueSchedule): Promise<Fired> {
    const due = dueTimes({
      times: readCron(schedule.cron, schedule.time_zone),
      next: schedule.next_at,
      now: schedule.now,
      missed: MISSED_POLICIES.find((policy) => policy === schedule.missed) ?? 'last',
      endsAt: schedule.ends_at,
    });
    const fired: Fired = {
      nextAt: due.next,
      lastAt: schedule.last_at,
      lastRunId: schedule.last_run_id,
      fired: 0,
      skipped: due.skipped,
      lastError: schedule.last_error,
    };
    for (const time of due.fire) await this.fireTime(schedule, time, fired);
    counter().inc({ outcome: 'skipped' }, fired.skipped);
    return fired;
  }

  /** Notes in `fired` what became of this time. @throws SwitchyardError where the servers fail: it is tried again */
  private async fireTime(schedule: DueSchedule, time: Date, fired: Fired): Promise<void> {
    if (schedule.overlap === 'skip' && (await this.goesOn(fired.lastRunId))) {
      fired.skipped += 1;
      return;
    }
    fired.lastAt = time;
    try {
      fired.lastRunId = await this.submit(schedule, time);
      fired.lastError = null;
      fired.fired += 1;
      counter().inc({ outcome: 'fired' });
    } catch (error) {
      if (error instanceof SwitchyardError && error.retryable && /^(bus|database)\./.test(error.code)) throw error;
      fired.lastError = toWire(ErrorInfoSchema, toErrorInfo(error));
      counter().inc({ outcome: 'failed' });
      const { tenant, name } = schedule;
      this.logger.error({ err: error, tenant, schedule: name, time }, 'A scheduled task was not accepted');
    }
  }

  /** @returns the run. @throws SwitchyardError as `SubmitService.submit` */
  private async submit({ tenant, name, task }: DueSchedule, time: Date): Promise<string> {
    const request = fromStore(TaskRequestSchema, task);
    const at = time.toISOString();
    request.metadata = { ...request.metadata, schedule: name, scheduled_at: at };
    request.idempotencyKey = `schedule:${name}:${at}`;
    const read = readTask(request, { tenant, maxBytes: this.config.limits.taskBytes });
    try {
      return (await this.tasks.submit(read)).task.run_id;
    } catch (error) {
      // It was fired, its router died, and the schedule was changed before it was fired again.
      const known =
        error instanceof SwitchyardError && error.code === 'task.conflict' ? error.details['run_id'] : undefined;
      if (typeof known === 'string') return known;
      throw error;
    }
  }

  /** False too where its run is not kept any more. */
  private async goesOn(runId: string): Promise<boolean> {
    if (runId === '') return false;
    const [run] = await this.journal.checkpoints([runId]);
    return run !== undefined && !hasEnded(run);
  }
}

function counter() {
  return metrics.counter('switchyard_router_schedule_times_total', 'Times of schedules by what became of them.', [
    'outcome',
  ]);
}
