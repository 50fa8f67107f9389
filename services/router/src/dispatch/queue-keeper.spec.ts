import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureConsumer, execDurable, toolDurable } from '@switchyard/bus';
import { ExecWorkSchema, RouterService } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { queuedWork, submit } from '../run.fixture.js';
import { QueueKeeper } from './queue-keeper.service.js';

const { listDeadLetters } = RouterService.method;

describe('work that nobody takes', () => {
  let router: RouterUnderTest;
  let keeper: QueueKeeper;
  beforeAll(async () => {
    router = await startRouter();
    await applyDefaults(router);
    const found = router.services[1]?.app.get(QueueKeeper, { strict: false });
    if (!found) throw new Error('no queue keeper');
    keeper = found;
  });
  afterAll(() => router.stop());

  const publish = async (subject: string, body: string) => void (await router.bus.js.publish(subject, body));
  const letters = async (kind: string) =>
    (await router.rpc.call(listDeadLetters, { kind, limit: 10 })).letters.map(({ subject, cause, payload }) => ({
      subject,
      code: cause?.code,
      payload,
    }));

  it('becomes a dead letter where its backend is not registered, once it has waited', async () => {
    const subject = router.bus.subjects.exec('nowhere', 'run_1');
    await publish(subject, '{"run_id":"run_1"}');
    await publish(subject, 'not even JSON');
    expect(await keeper.keep()).toBe(0);
    expect(await keeper.keep(0)).toBe(2);
    expect(await letters('exec')).toEqual([
      { subject, code: 'backend.not_found', payload: '{"run_id":"run_1"}' },
      { subject, code: 'backend.not_found', payload: 'not even JSON' },
    ]);
    expect(await queuedWork(router)).toEqual([]);
  });

  it('is found behind work that waits for a registered backend, and where a removed one left its consumer', async () => {
    const { runId } = await submit(router, {});
    await waitFor(async () => (await queuedWork(router, runId)).length === 1);
    const subject = router.bus.subjects.exec('gone', 'run_2');
    const durable = execDurable('gone');
    await ensureConsumer(router.bus, { kind: 'exec', durable, filters: [router.bus.subjects.exec('gone', '*')] });
    await router.bus.publish(subject, ExecWorkSchema, { tenant: 'default', runId: 'run_2', backend: 'gone' });
    expect(await keeper.keep(0)).toBe(1);
    expect((await queuedWork(router)).map((work) => work.runId)).toEqual([runId]);
    expect((await letters('exec'))[0]).toMatchObject({ subject, code: 'backend.not_found' });
  });

  it('of a tool waits for hosts that were there once, and becomes a dead letter where no pool is called so', async () => {
    const filters = [router.bus.subjects.tool('asleep', '*')];
    await ensureConsumer(router.bus, { kind: 'tool', durable: toolDurable('asleep'), filters });
    await publish(router.bus.subjects.tool('asleep', 'call_1'), '{}');
    const subject = router.bus.subjects.tool('nopool', 'call_2');
    await publish(subject, '{}');
    expect(await keeper.keep(0)).toBe(1);
    expect(await letters('tool')).toEqual([{ subject, code: 'tool.pool_not_found', payload: '{}' }]);
    expect(await keeper.keep(0)).toBe(0);
  });
});
