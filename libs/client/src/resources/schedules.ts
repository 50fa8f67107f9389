import { fromStore, ScheduleListSchema, ScheduleSchema, type JsonObject, type Schedule } from '@switchyard/contracts';
import type { Http } from '../http.js';

/** Tasks that are published at the times of a cron expression. */
export class Schedules {
  constructor(private readonly http: Http) {}

  /**
   * Creates or changes one.
   *
   * @param schedule as in the contracts: `name`, `cron`, `time_zone`, `task`, `missed`, `overlap`, `ends_at`, `paused`
   * @throws SwitchyardError `schedule.invalid`, `schedule.never_fires`, `schedule.too_many`, `agent.not_found`
   */
  async apply(schedule: JsonObject): Promise<Schedule> {
    return fromStore(
      ScheduleSchema,
      await this.http.json('POST', '/v1/schedules', { body: schedule, repeatable: true }),
    );
  }

  /** All of them, by name. */
  async list(): Promise<Schedule[]> {
    const found: Schedule[] = [];
    for (let after: string | undefined; ;) {
      const page = fromStore(ScheduleListSchema, await this.http.json('GET', '/v1/schedules', { query: { after } }));
      found.push(...page.schedules);
      after = page.schedules.at(-1)?.name;
      if (!page.more || after === undefined) return found;
    }
  }

  /** With its next times. @throws SwitchyardError `schedule.not_found` */
  async get(name: string): Promise<Schedule> {
    return fromStore(ScheduleSchema, await this.http.json('GET', pathOf(name)));
  }

  /** @throws SwitchyardError `schedule.not_found` */
  async pause(name: string): Promise<Schedule> {
    return fromStore(ScheduleSchema, await this.http.json('POST', `${pathOf(name)}/pause`, { repeatable: true }));
  }

  /** Times that passed meanwhile are not made up for. @throws SwitchyardError `schedule.not_found` */
  async resume(name: string): Promise<Schedule> {
    return fromStore(ScheduleSchema, await this.http.json('POST', `${pathOf(name)}/resume`, { repeatable: true }));
  }

  /** Its runs go on. @throws SwitchyardError `schedule.not_found` */
  async remove(name: string): Promise<void> {
    await this.http.json('DELETE', pathOf(name));
  }
}

function pathOf(name: string): string {
  return `/v1/schedules/${encodeURIComponent(name)}`;
}
