import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { inTransaction, sql, type SqlParameter } from '@switchyard/persistence';
import { DataSource, type EntityManager } from 'typeorm';
import type { ReadSchedule } from './read-schedule.js';

/** A row of registry.schedules. */
export interface ScheduleRow {
  tenant: string;
  name: string;
  cron: string;
  time_zone: string;
  task: JsonObject;
  missed: string;
  overlap: string;
  paused: boolean;
  next_at: Date | null;
  ends_at: Date | null;
  last_at: Date | null;
  last_run_id: string;
  fired: number;
  skipped: number;
  last_error: JsonObject | null;
  created_at: Date;
  updated_at: Date;
}

/** One that is due, with its next time, and what time it is at the database: one clock for all routers. */
export type DueSchedule = ScheduleRow & { next_at: Date; now: Date };

/** What firing changes. */
export interface Fired {
  nextAt: Date | null;
  lastAt: Date | null;
  lastRunId: string;
  fired: number;
  skipped: number;
  lastError: JsonObject | null;
}

const COLUMNS = `tenant, name, cron, time_zone, task, missed, overlap, paused, next_at, ends_at, last_at, last_run_id,
  fired, skipped, last_error, created_at, updated_at`;

/** registry.schedules. */
@Injectable()
export class SchedulesRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Its next time stays where the times are the same: what has been missed is not forgotten because a file is applied
   * again. A pause stays too.
   */
  async apply(schedule: ReadSchedule): Promise<ScheduleRow> {
    const { tenant, name, cron, timeZone, task, missed, overlap, paused, nextAt, endsAt } = schedule;
    const same = `(s.cron, s.time_zone) = (excluded.cron, excluded.time_zone) AND s.ends_at IS NOT DISTINCT FROM excluded.ends_at
      AND NOT s.paused`;
    const [row] = await sql<ScheduleRow>(
      this.dataSource,
      `INSERT INTO registry.schedules AS s (tenant, name, cron, time_zone, task, missed, overlap, paused, next_at, ends_at,
         last_run_id, fired, skipped, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10, '', 0, 0, now(), now())
       ON CONFLICT (tenant, name) DO UPDATE SET
         cron = excluded.cron, time_zone = excluded.time_zone, task = excluded.task, missed = excluded.missed,
         overlap = excluded.overlap, paused = s.paused OR excluded.paused, ends_at = excluded.ends_at,
         next_at = CASE WHEN ${same} THEN coalesce(s.next_at, excluded.next_at) ELSE excluded.next_at END,
         last_error = NULL, updated_at = now()
       RETURNING ${COLUMNS}`,
      [tenant, name, cron, timeZone, JSON.stringify(task), missed, overlap, paused, nextAt, endsAt],
    );
    if (!row) throw new TypeError('INSERT … RETURNING gave no row');
    return row;
  }

  async count(tenant: string): Promise<number> {
    const [row] = await sql<{ count: number }>(
      this.dataSource,
      'SELECT count(*)::integer AS count FROM registry.schedules WHERE tenant = $1',
      [tenant],
    );
    return row?.count ?? 0;
  }

  /** By name, those after one. */
  list(tenant: string, after: string, limit: number): Promise<ScheduleRow[]> {
    return sql<ScheduleRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM registry.schedules WHERE tenant = $1 AND name > $2 ORDER BY name LIMIT $3`,
      [tenant, after, limit],
    );
  }

  async find(tenant: string, name: string): Promise<ScheduleRow | undefined> {
    const [row] = await sql<ScheduleRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM registry.schedules WHERE tenant = $1 AND name = $2`,
      [tenant, name],
    );
    return row;
  }

  /** In how many milliseconds it is due, by the database's clock; undefined where it is paused, ended or not there. */
  async dueInMs({ tenant, name }: { tenant: string; name: string }): Promise<number | undefined> {
    const [row] = await sql<{ ms: number }>(
      this.dataSource,
      `SELECT (extract(epoch FROM next_at - clock_timestamp()) * 1000)::double precision AS ms
       FROM registry.schedules WHERE tenant = $1 AND name = $2 AND next_at IS NOT NULL AND NOT paused`,
      [tenant, name],
    );
    return row?.ms;
  }

  /** `nextAt` is of one that goes on: times that passed meanwhile were not missed. */
  async pause(tenant: string, name: string, paused: boolean, nextAt: Date | null): Promise<ScheduleRow | undefined> {
    const [row] = await sql<ScheduleRow>(
      this.dataSource,
      `UPDATE registry.schedules SET paused = $3, updated_at = now(),
         next_at = CASE WHEN paused AND NOT $3 THEN $4::timestamptz ELSE next_at END
       WHERE tenant = $1 AND name = $2 RETURNING ${COLUMNS}`,
      [tenant, name, paused, nextAt],
    );
    return row;
  }

  /** False where there was none. */
  async remove(tenant: string, name: string): Promise<boolean> {
    const rows = await sql(
      this.dataSource,
      'DELETE FROM registry.schedules WHERE tenant = $1 AND name = $2 RETURNING name',
      [tenant, name],
    );
    return rows.length > 0;
  }

  /**
   * Has `fire` deal with one that is due, and writes what became of it. Meanwhile no other router takes it; should this
   * one die or `fire` fail, it is due as before. False where none is due, or another router is at it.
   */
  claimDue(fire: (schedule: DueSchedule) => Promise<Fired>, only?: { tenant: string; name: string }): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      const schedule = await lockDue(manager, only);
      if (!schedule) return false;
      const { nextAt, lastAt, lastRunId, fired, skipped, lastError } = await fire(schedule);
      await sql(
        manager,
        `UPDATE registry.schedules SET next_at = $3, last_at = $4, last_run_id = $5, fired = fired + $6, skipped = skipped + $7,
           last_error = $8::jsonb WHERE tenant = $1 AND name = $2`,
        [
          schedule.tenant,
          schedule.name,
          nextAt,
          lastAt,
          lastRunId,
          fired,
          skipped,
          lastError === null ? null : JSON.stringify(lastError),
        ],
      );
      return true;
    });
  }
}

async function lockDue(
  manager: EntityManager,
  only?: { tenant: string; name: string },
): Promise<DueSchedule | undefined> {
  const parameters: SqlParameter[] = only ? [only.tenant, only.name] : [];
  const which = only ? 'tenant = $1 AND name = $2 AND' : '';
  const [row] = await sql<DueSchedule>(
    manager,
    `SELECT ${COLUMNS}, clock_timestamp() AS now FROM registry.schedules
     WHERE ${which} next_at <= clock_timestamp() AND NOT paused ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
    parameters,
    { name: only ? 'schedule_due_one' : 'schedule_due' },
  );
  return row;
}
