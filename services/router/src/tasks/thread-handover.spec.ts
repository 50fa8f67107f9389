import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService, toValue } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, endRun, submit } from '../run.fixture.js';

const { applyAgent, getRun } = RouterService.method;
const tenant = 'default';

describe('a thread that was handed over', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    await applyDefaults(router);
    const define = (name: string, handoffs: string[]) =>
      router.rpc.call(applyAgent, { tenant, definition: { name, instructions: 'Do.', handoffs } });
    await define('expert', []);
    await define('reception', ['expert']);
    await define('expert', ['reception']);
  });
  afterAll(() => router.stop());

  /** Ends a run with what another agent gave. */
  const handOver = async (runId: string, to: string) => {
    const message = { role: 'assistant', parts: [{ type: 'text', text: 'hm' }] };
    const turn = { turn: 1, message, backend: 'sim', finishReason: 'stop' };
    await advanceRun(
      router,
      runId,
      { case: 'modelTurnCompleted', value: turn },
      { case: 'runCompleted', value: { output: toValue(`${to} says`), handedOverTo: to } },
    );
  };
  const say = async (agent: string, thread: string) => {
    const { runId } = await submit(router, { agent, thread });
    const run = await router.rpc.call(getRun, { tenant, runId });
    return { runId, agent: run.agent, reason: run.routingReason };
  };

  it('goes on with the agent that took over, until that one hands it back; other threads do not', async () => {
    const first = await say('reception', 't');
    expect(first.agent).toBe('reception');
    await handOver(first.runId, 'expert');
    const second = await say('reception', 't');
    expect(second.agent).toBe('expert');
    expect(second.reason).toMatch(/^"reception" handed the thread over to "expert"; /);
    const [task] = await sql<{ agent: string }>(
      router.dataSource,
      'SELECT agent FROM registry.tasks WHERE run_id = $1',
      [second.runId],
    );
    expect(task?.agent).toBe('reception');
    expect((await say('reception', 'other')).agent).toBe('reception');
    const named = await submit(router, { agent: 'reception', thread: 't', agentVersion: 'current' });
    expect((await router.rpc.call(getRun, { tenant, runId: named.runId })).agent).toBe('expert');
    const versioned = await submit(router, { agent: 'reception', thread: 't', agentVersion: '1' });
    expect((await router.rpc.call(getRun, { tenant, runId: versioned.runId })).agent).toBe('reception');
    await handOver(second.runId, 'reception');
    expect((await say('reception', 't')).agent).toBe('reception');
    expect((await say('expert', 't')).agent).toBe('reception');
  });

  it('stays where it was when the run ended without a handover', async () => {
    const first = await say('reception', 'kept');
    await endRun(router, first.runId);
    expect((await say('reception', 'kept')).agent).toBe('reception');
  });
});
