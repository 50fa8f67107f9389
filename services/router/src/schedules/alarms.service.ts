import { Inject, Injectable } from '@nestjs/common';
import { Bus, publishAt } from '@switchyard/bus';
import { ScheduleQuerySchema } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import type { ScheduleRow } from './schedules.repository.js';

/** Has the bus wake a router when a schedule is due, to the fifth of a second; looking into the table is slower and never fails. */
@Injectable()
export class AlarmsService {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Never fails: without its alarm a schedule is fired by the next look into the table. */
  async set({ tenant, name, updated_at }: ScheduleRow, at: Date): Promise<void> {
    const { subjects } = this.bus;
    try {
      await publishAt(
        this.bus,
        ScheduleQuerySchema,
        { tenant, name },
        {
          subject: subjects.timerOfSchedule(tenant, name),
          target: subjects.timerFire(tenant, name),
          at,
          msgId: `schedule:${tenant}:${name}:${updated_at.getTime()}:${at.getTime()}`,
        },
      );
    } catch (error) {
      this.logger.warn(
        { err: error, tenant, schedule: name },
        'The alarm of a schedule could not be set; it comes late',
      );
    }
  }
}
