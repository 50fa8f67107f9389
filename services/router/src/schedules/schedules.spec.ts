import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  RouterService,
  SwitchyardError,
  timestampDate,
  timestampFromDate,
  toValue,
  type MessageInitShape,
  type TaskRequestSchema,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { endRun } from '../run.fixture.js';
import { SubmitService } from '../tasks/submit.service.js';
import { FiringService } from './firing.service.js';

const { applyBackend, applySchedule, getSchedule, listBackends, listSchedules, pauseSchedule, removeSchedule, submit } =
  RouterService.method;
const tenant = 'default';
const HOUR = 3_600_000;

interface ScheduleFields {
  name?: string;
  cron?: string;
  timeZone?: string;
  task?: MessageInitShape<typeof TaskRequestSchema>;
  missed?: string;
  overlap?: string;
  endsAt?: ReturnType<typeof timestampFromDate>;
}

describe('schedules', () => {
  let router: RouterUnderTest;
  const firings: FiringService[] = [];
  beforeAll(async () => {
    router = await startRouter();
    await router.startAnother();
    await applyDefaults(router);
    for (const { app } of router.services.slice(1)) firings.push(app.get(FiringService, { strict: false }));
  });
  afterAll(() => router.stop());
  afterEach(async () => {
    jest.restoreAllMocks();
    await sql(router.dataSource, 'DELETE FROM registry.schedules');
  });

  const apply = (schedule: ScheduleFields = {}) =>
    router.rpc.call(applySchedule, {
      schedule: { tenant, name: 's', cron: '0 0 1 1 *', task: { agent: 'helper', input: toValue('go') }, ...schedule },
    });
  const get = (name = 's') => router.rpc.call(getSchedule, { tenant, name });
  /** As after an outage: its next time was this long ago. */
  const dueSince = (time: Date, name = 's') =>
    sql(router.dataSource, 'UPDATE registry.schedules SET next_at = $1 WHERE name = $2', [time, name]);
  const runsOf = async (name = 's') =>
    (await router.journal.listRuns({ tenant, limit: 1_000 }))
      .filter(({ metadata }) => metadata['schedule'] === name)
      .map((run) => ({ ...run, at: run.metadata['scheduled_at'] ?? '' }))
      .reverse();
  const lastHour = () => new Date(Math.floor(Date.now() / HOUR) * HOUR);

  it('publish their task at each time, within the second that the bus needs', async () => {
    await apply({ name: 'ticks', cron: '* * * * * *' });
    const runs = await waitFor(async () => {
      const found = await runsOf('ticks');
      return found.length >= 3 && found;
    });
    for (const run of runs)
      expect(run).toMatchObject({ agent: 'helper', input: 'go', idempotencyKey: `schedule:ticks:${run.at}` });
    expect(new Set(runs.map(({ at }) => at)).size).toBe(runs.length);
    const seconds = runs.map(({ at }) => Date.parse(at) / 1_000);
    expect(seconds).toEqual(seconds.map((_, index) => (seconds[0] ?? 0) + index));
    for (const { at, createdAt } of runs) expect(createdAt.getTime()).toBeGreaterThanOrEqual(Date.parse(at));
  });

  it('publish one task a time, though two routers look at once', async () => {
    await apply({ name: 'twice', cron: '@hourly', missed: 'all' });
    const before = lastHour();
    await dueSince(new Date(before.getTime() - 4 * HOUR), 'twice');
    await Promise.all([...firings, ...firings, ...firings].map((firing) => firing.fireDue()));
    const runs = await runsOf('twice');
    expect(runs.map(({ at }) => Date.parse(at)).sort()).toEqual(
      [4, 3, 2, 1, 0].map((ago) => before.getTime() - ago * HOUR),
    );
    expect(await get('twice')).toMatchObject({ fired: 5, skipped: 0, lastRunId: runs.at(-1)?.runId });
  });

  it('publish one task a time, though their router dies after the acceptance', async () => {
    await apply({ name: 'dies', cron: '@hourly' });
    await dueSince(lastHour(), 'dies');
    const [firing] = firings;
    const submits = router.services[1]?.app.get(SubmitService, { strict: false });
    if (!firing || !submits) throw new Error('no router');
    const real = submits.submit.bind(submits);
    jest.spyOn(submits, 'submit').mockImplementationOnce(async (task) => {
      await real(task);
      throw new SwitchyardError('database.unavailable', 'The connection is gone.', { retryable: true });
    });
    await expect(firing.fireDue()).rejects.toMatchObject({ code: 'database.unavailable' });
    expect(await runsOf('dies')).toHaveLength(1);
    expect(await get('dies')).toMatchObject({ fired: 0 });
    // Changed before it is fired again: the time is still the same task.
    await apply({ name: 'dies', cron: '@hourly', task: { agent: 'helper', input: toValue('another') } });
    await firing.fireDue();
    const runs = await runsOf('dies');
    expect(runs.map(({ input }) => input)).toEqual(['go']);
    expect(await get('dies')).toMatchObject({ fired: 1, lastRunId: runs[0]?.runId });
    expect((await get('dies')).lastError).toBeUndefined();
  });

  it('make up for what they missed as they are told', async () => {
    for (const missed of ['skip', 'last', 'all']) {
      await apply({ name: missed, cron: '0 0 1 * *', missed });
      await dueSince(new Date('2026-01-01T00:00:00Z'), missed);
    }
    await firings[0]?.fireDue();
    const [skip, last, all] = [await runsOf('skip'), await runsOf('last'), await runsOf('all')];
    expect(skip).toEqual([]);
    expect(last).toHaveLength(1);
    expect(all.length).toBeGreaterThan(10);
    expect(last[0]?.at).toBe(all.at(-1)?.at);
    expect((await get('skip')).skipped).toBe(all.length);
    expect((await get('last')).skipped).toBe(all.length - 1);
  });

  it('skip a time at which the run of the one before goes on, where they are told so', async () => {
    await apply({ cron: '@hourly', overlap: 'skip' });
    const fire = async () => {
      await dueSince(lastHour());
      await firings[0]?.fireDue();
    };
    await dueSince(new Date(lastHour().getTime() - HOUR));
    await firings[0]?.fireDue();
    const { lastRunId } = await get();
    await fire();
    expect(await get()).toMatchObject({ fired: 1, skipped: 1 + 1, lastRunId });
    await endRun(router, lastRunId);
    await sql(router.dataSource, `UPDATE registry.schedules SET last_at = NULL`);
    await dueSince(new Date(lastHour().getTime() - 7 * HOUR));
    await firings[0]?.fireDue();
    expect((await get()).fired).toBe(2);
  });

  it('keep why a task was not accepted, and go on', async () => {
    await apply({ name: 'late', cron: '@hourly', task: { agent: 'helper', input: toValue(1), backend: 'later' } });
    await dueSince(lastHour(), 'late');
    await firings[0]?.fireDue();
    const failed = await get('late');
    expect(failed).toMatchObject({ fired: 0, lastError: { code: 'backend.not_found' } });
    expect(failed.nextAt && timestampDate(failed.nextAt).getTime()).toBeGreaterThan(Date.now());
    const { backends } = await router.rpc.call(listBackends, {});
    const [sim] = backends;
    if (!sim) throw new Error('no backend');
    await router.rpc.call(applyBackend, { ...sim, name: 'later' });
    await dueSince(lastHour(), 'late');
    await firings[0]?.fireDue();
    expect(await get('late')).toMatchObject({ fired: 1 });
    expect((await get('late')).lastError).toBeUndefined();
  });

  it('that are paused fire nothing, and miss nothing when they go on', async () => {
    await apply({ cron: '@hourly', missed: 'all' });
    await router.rpc.call(pauseSchedule, { tenant, name: 's', paused: true });
    await dueSince(new Date(lastHour().getTime() - 3 * HOUR));
    expect(await firings[0]?.fireDue()).toBe(0);
    expect(await apply({ cron: '@hourly', missed: 'all' })).toMatchObject({ paused: true });
    await dueSince(new Date(lastHour().getTime() - 3 * HOUR));
    const resumed = await router.rpc.call(pauseSchedule, { tenant, name: 's', paused: false });
    expect(resumed.nextAt && timestampDate(resumed.nextAt).getTime()).toBeGreaterThan(Date.now());
    expect(resumed.nextTimes).toHaveLength(5);
    expect(await firings[0]?.fireDue()).toBe(0);
  });

  it('that are applied again keep what they have missed, unless their times change', async () => {
    await apply({ cron: '@hourly' });
    const missed = new Date(lastHour().getTime() - HOUR);
    await dueSince(missed);
    const again = await apply({ cron: '@hourly', task: { agent: 'helper', input: toValue('other') } });
    expect(again.nextAt && timestampDate(again.nextAt)).toEqual(missed);
    const changed = await apply({ cron: '@daily' });
    expect(changed.nextAt && timestampDate(changed.nextAt).getTime()).toBeGreaterThan(Date.now());
  });

  it('end, are listed by name, and are removed', async () => {
    await apply({ name: 'b', cron: '@hourly', endsAt: timestampFromDate(new Date(Date.now() + 2 * HOUR)) });
    await apply({ name: 'a' });
    await apply({ name: 'c' });
    expect((await get('b')).nextTimes.length).toBeLessThanOrEqual(2);
    await sql(
      router.dataSource,
      `UPDATE registry.schedules SET ends_at = now() - interval '1 minute' WHERE name = 'b'`,
    );
    await dueSince(new Date(lastHour().getTime() - HOUR), 'b');
    await firings[0]?.fireDue();
    expect((await get('b')).nextAt).toBeUndefined();
    const page = await router.rpc.call(listSchedules, { tenant, limit: 2 });
    expect([page.schedules.map(({ name }) => name), page.more]).toEqual([['a', 'b'], true]);
    const rest = await router.rpc.call(listSchedules, { tenant, after: 'b' });
    expect([rest.schedules.map(({ name }) => name), rest.more]).toEqual([['c'], false]);
    await router.rpc.call(removeSchedule, { tenant, name: 'a' });
    await expect(router.rpc.call(removeSchedule, { tenant, name: 'a' })).rejects.toMatchObject({
      code: 'schedule.not_found',
    });
    await expect(get('a')).rejects.toMatchObject({ code: 'schedule.not_found' });
    expect((await router.rpc.call(listSchedules, { tenant: 'other' })).schedules).toEqual([]);
  });

  it('are refused where they could never work, and nothing is kept', async () => {
    const task = { agent: 'helper', input: toValue('go') };
    const wrong: [ScheduleFields, string][] = [
      [{ cron: '61 * * * *' }, 'schedule.invalid'],
      [{ cron: '* * * * * * *' }, 'schedule.invalid'],
      [{ timeZone: 'Mars/Olympus' }, 'schedule.invalid'],
      [{ cron: '0 0 30 2 *' }, 'schedule.never_fires'],
      [{ endsAt: timestampFromDate(new Date(0)) }, 'schedule.never_fires'],
      [{ task: { ...task, agent: 'nobody' } }, 'agent.not_found'],
      [{ task: { ...task, agentVersion: '77' } }, 'agent.not_found'],
      [{ task: { ...task, idempotencyKey: 'k' } }, 'schedule.invalid'],
      [{ task: { ...task, tenant: 'other' } }, 'schedule.invalid'],
      [{ task: { ...task, input: toValue('x'.repeat(2_000_000)) } }, 'task.too_large'],
      [{ missed: 'some' }, 'contract.invalid'],
      [{ overlap: 'often' }, 'contract.invalid'],
      [{ name: 'a b' }, 'contract.invalid'],
    ];
    for (const [schedule, code] of wrong) {
      const failure = await apply(schedule).then(
        () => 'taken',
        (error: { code: string }) => error.code,
      );
      // Too large for a message already where the bus takes less.
      expect([schedule, code === 'task.too_large' && failure === 'bus.too_large' ? code : failure]).toEqual([
        schedule,
        code,
      ]);
    }
    expect((await router.rpc.call(listSchedules, { tenant })).schedules).toEqual([]);
    // Keys of schedules belong to those who use them: a task may have any.
    await router.rpc.call(submit, { ...task, tenant, idempotencyKey: 'schedule:x' });
  });
});
