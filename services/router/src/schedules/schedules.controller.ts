import { Controller, Inject } from '@nestjs/common';
import { Bus, Rpc, Work, type ConsumerSpec } from '@switchyard/bus';
import {
  RouterService,
  ScheduleListSchema,
  ScheduleQuerySchema,
  ScheduleSchema,
  SwitchyardError,
  type ApplyScheduleRequest,
  type EmptySchema,
  type PauseScheduleRequest,
  type ScheduleQuery,
  type TenantQuery,
} from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { FiringService } from './firing.service.js';
import { scheduleMessage, wholeScheduleMessage } from './schedule-message.js';
import { SchedulesService } from './schedules.service.js';

@Controller()
export class SchedulesController {
  constructor(
    @Inject(SchedulesService) private readonly schedules: SchedulesService,
    @Inject(FiringService) private readonly firing: FiringService,
  ) {}

  @Rpc(RouterService.method.applySchedule)
  async apply({ schedule }: ApplyScheduleRequest): Promise<Init<typeof ScheduleSchema>> {
    if (!schedule) throw new SwitchyardError('contract.invalid', 'ApplyScheduleRequest.schedule is missing.');
    return wholeScheduleMessage(await this.schedules.apply(schedule));
  }

  @Rpc(RouterService.method.listSchedules)
  async list(query: TenantQuery): Promise<Init<typeof ScheduleListSchema>> {
    const { rows, more } = await this.schedules.list(query);
    return { schedules: rows.map(scheduleMessage), more };
  }

  @Rpc(RouterService.method.getSchedule)
  async get({ tenant, name }: ScheduleQuery): Promise<Init<typeof ScheduleSchema>> {
    return wholeScheduleMessage(await this.schedules.get(tenant, name));
  }

  @Rpc(RouterService.method.pauseSchedule)
  async pause({ tenant, name, paused }: PauseScheduleRequest): Promise<Init<typeof ScheduleSchema>> {
    return wholeScheduleMessage(await this.schedules.pause(tenant, name, paused));
  }

  @Rpc(RouterService.method.removeSchedule)
  async remove({ tenant, name }: ScheduleQuery): Promise<Init<typeof EmptySchema>> {
    await this.schedules.remove(tenant, name);
    return {};
  }

  /** An alarm went off. A hint and no fact: the table says what is due. */
  @Work('timer', ScheduleQuerySchema)
  async due({ tenant, name }: ScheduleQuery): Promise<void> {
    await this.firing.fireAlarm({ tenant, name });
  }
}

/** All tenants' schedules. */
export function alarmsConsumer({ subjects }: Bus): ConsumerSpec {
  return { kind: 'timer', durable: 'timers-router', filters: [subjects.timerFire('*', '*')], concurrency: 2 };
}
