import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { SwitchyardError, type Schedule, type TenantQuery } from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { AgentsService } from '../agents/agents.service.js';
import { AlarmsService } from './alarms.service.js';
import { readCron } from './cron-times.js';
import { readSchedule } from './read-schedule.js';
import { SchedulesRepository, type ScheduleRow } from './schedules.repository.js';

const MAX_LISTED = 200;
/** Of one tenant. */
const MAX_SCHEDULES = 1_000;

/** Keeps schedules. */
@Injectable()
export class SchedulesService {
  constructor(
    @Inject(SchedulesRepository) private readonly repository: SchedulesRepository,
    @Inject(AgentsService) private readonly agents: AgentsService,
    @Inject(AlarmsService) private readonly alarms: AlarmsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws SwitchyardError what `readSchedule` throws, `agent.not_found`, `agent.version_ambiguous`, `schedule.too_many` */
  async apply(written: Schedule): Promise<ScheduleRow> {
    const schedule = readSchedule(written, new Date(), this.config.limits.taskBytes);
    const { tenant, name, agent } = schedule;
    const version = written.task?.agentVersion;
    const [known] = await Promise.all([
      this.repository.find(tenant, name),
      this.agents.forNewRun(tenant, agent, version),
    ]);
    if (!known && (await this.repository.count(tenant)) >= MAX_SCHEDULES) throw tooMany(tenant);
    return this.withAlarm(await this.repository.apply(schedule));
  }

  async list({ tenant, limit, after }: TenantQuery): Promise<{ rows: ScheduleRow[]; more: boolean }> {
    const most = Math.min(limit || MAX_LISTED, MAX_LISTED);
    const rows = await this.repository.list(tenant, after, most + 1);
    return { rows: rows.slice(0, most), more: rows.length > most };
  }

  /** @throws SwitchyardError `schedule.not_found` */
  async get(tenant: string, name: string): Promise<ScheduleRow> {
    const row = await this.repository.find(tenant, name);
    if (!row) throw notFound(name);
    return row;
  }

  /** Again: the same. @throws SwitchyardError `schedule.not_found` */
  async pause(tenant: string, name: string, paused: boolean): Promise<ScheduleRow> {
    const known = await this.get(tenant, name);
    const next = readCron(known.cron, known.time_zone).after(new Date());
    const nextAt = next && (known.ends_at === null || next <= known.ends_at) ? next : null;
    const row = await this.repository.pause(tenant, name, paused, nextAt);
    if (!row) throw notFound(name);
    return this.withAlarm(row);
  }

  /** Its runs go on. @throws SwitchyardError `schedule.not_found` */
  async remove(tenant: string, name: string): Promise<void> {
    if (!(await this.repository.remove(tenant, name))) throw notFound(name);
  }

  /** An alarm of one that is paused or removed finds nothing to fire. */
  private async withAlarm(row: ScheduleRow): Promise<ScheduleRow> {
    if (row.next_at && !row.paused) await this.alarms.set(row, row.next_at);
    return row;
  }
}

function notFound(name: string): SwitchyardError {
  return new SwitchyardError(
    'schedule.not_found',
    `There is no schedule "${name}". \`switchyard schedules list\` shows those there are.`,
  );
}

function tooMany(tenant: string): SwitchyardError {
  return new SwitchyardError(
    'schedule.too_many',
    `The tenant "${tenant}" has ${MAX_SCHEDULES} schedules, which is as many as it may have. Remove one.`,
    { details: { limit: MAX_SCHEDULES } },
  );
}
