import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  EmptySchema,
  RouterService,
  ScheduleListSchema,
  ScheduleSchema,
  type Empty,
  type Schedule,
  type ScheduleList,
} from '@switchyard/contracts';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** What the answer says and nobody sets. */
const ANSWERS = [
  'next_at',
  'next_times',
  'last_at',
  'last_run_id',
  'fired',
  'skipped',
  'last_error',
  'created_at',
] as const;

const list = route({
  method: 'GET',
  path: '/v1/schedules',
  access: 'read',
  tag: 'schedules',
  summary: 'List schedules',
  query: z.object({ limit: limit(200, 200), after: text('The last name of the page before.') }),
  replies: { 200: { message: ScheduleListSchema } },
});

const apply = route({
  method: 'POST',
  path: '/v1/schedules',
  access: 'run',
  tag: 'schedules',
  summary: 'Create or change a schedule',
  description:
    'A task that is published at the times of a cron expression, once a time. Applied again with the same times it keeps its next one, and a pause.',
  body: { message: ScheduleSchema, tenantAt: 'tenant', without: ANSWERS, yaml: true },
  replies: { 200: { message: ScheduleSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/schedules/:name',
  access: 'read',
  tag: 'schedules',
  summary: 'Get a schedule with its next times',
  replies: { 200: { message: ScheduleSchema } },
});

const pause = route({
  method: 'POST',
  path: '/v1/schedules/:name/pause',
  access: 'run',
  tag: 'schedules',
  summary: 'Pause a schedule',
  description: 'Nothing is published until it goes on; times that pass meanwhile are not made up for.',
  replies: { 200: { message: ScheduleSchema } },
});

const resume = route({
  method: 'POST',
  path: '/v1/schedules/:name/resume',
  access: 'run',
  tag: 'schedules',
  summary: 'Let a paused schedule go on',
  replies: { 200: { message: ScheduleSchema } },
});

const remove = route({
  method: 'DELETE',
  path: '/v1/schedules/:name',
  access: 'run',
  tag: 'schedules',
  summary: 'Remove a schedule; its runs go on',
  replies: { 200: { message: EmptySchema } },
});

@Controller()
export class SchedulesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<ScheduleList> {
    return this.rpc.call(RouterService.method.listSchedules, { tenant, ...given(query) });
  }

  @Route(apply)
  apply(@Incoming() { body }: CallOf<typeof apply>): Promise<Schedule> {
    return this.rpc.call(RouterService.method.applySchedule, { schedule: body });
  }

  @Route(get)
  get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<Schedule> {
    return this.rpc.call(RouterService.method.getSchedule, { tenant, name: params['name'] ?? '' });
  }

  @Route(pause)
  pause(@Incoming() { tenant, params }: CallOf<typeof pause>): Promise<Schedule> {
    return this.rpc.call(RouterService.method.pauseSchedule, { tenant, name: params['name'] ?? '', paused: true });
  }

  @Route(resume)
  resume(@Incoming() { tenant, params }: CallOf<typeof resume>): Promise<Schedule> {
    return this.rpc.call(RouterService.method.pauseSchedule, { tenant, name: params['name'] ?? '', paused: false });
  }

  @Route(remove)
  remove(@Incoming() { tenant, params }: CallOf<typeof remove>): Promise<Empty> {
    return this.rpc.call(RouterService.method.removeSchedule, { tenant, name: params['name'] ?? '' });
  }
}
