import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, completeRun, queuedWork, submit } from '../run.fixture.js';
import { callAgents, startChild } from './children.fixture.js';

const { applyAgent, cancel, getRun } = RouterService.method;
const tenant = 'default';

describe('a call of an agent', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter({ environment: { SWITCHYARD_MAX_DEPTH: '3', SWITCHYARD_MAX_CHILDREN: '4' } });
    // Two routers on the same servers: every guarantee holds over both.
    await router.startAnother();
    await applyDefaults(router, { agents: ['helper'], handoffs: ['helper'] });
    for (const name of ['writer', 'expert'])
      await router.rpc.call(applyAgent, {
        tenant,
        definition: { name, instructions: 'Do.', limits: { tokens: 500, seconds: 50 } },
      });
  });
  afterAll(() => router.stop());

  const childrenOf = async (runId: string): Promise<string[]> =>
    (
      await sql<{ run_id: string }>(router.dataSource, 'SELECT run_id FROM journal.runs WHERE parent_run_id = $1', [
        runId,
      ])
    ).map((row) => row.run_id);

  it('starts one run, however often and at how many routers at once it is asked for', async () => {
    const { runId } = await submit(router, { user: 'ada', priority: 'high' });
    const call = { callId: 'call_1', agent: 'writer' };
    await callAgents(router, runId, call);
    const replies = await Promise.all(Array.from({ length: 8 }, () => startChild(router, runId, call)));
    const [childId = ''] = [...new Set(replies.map((reply) => reply.runId))];
    expect(new Set(replies.map((reply) => reply.runId)).size).toBe(1);
    expect(await childrenOf(runId)).toEqual([childId]);
    const child = await router.rpc.call(getRun, { tenant, runId: childId });
    expect(child).toMatchObject({
      agent: 'writer',
      user: 'ada',
      priority: 'high',
      thread: '',
      parent: { runId, callId: 'call_1', rootRunId: runId, depth: 1, agents: ['helper'], handoff: false },
    });
    await waitFor(async () => (await queuedWork(router, childId)).length === 1);
    await completeRun(router, childId);
    expect(await startChild(router, runId, call)).toMatchObject({ runId: childId, ended: true });
  });

  it('is bounded by its agent and by what its caller has left', async () => {
    const { runId } = await submit(router, { limits: { tokens: 300, costUsd: 1, turns: 9 } });
    await callAgents(router, runId, { callId: 'call_1', agent: 'writer' }, { callId: 'call_2', agent: 'helper' });
    const limits = async (callId: string, agent: string) => {
      const started = await startChild(router, runId, { callId, agent });
      return (await router.rpc.call(getRun, { tenant, runId: started.runId })).limits;
    };
    // 120 of 300 tokens are used; the writer's own 50 seconds are less than the caller's hour.
    expect(await limits('call_1', 'writer')).toMatchObject({ turns: 0, tokens: 180, seconds: 50, costUsd: 0.99 });
    const own = await limits('call_2', 'helper');
    expect(own?.seconds).toBeGreaterThan(3_000);
    expect(own?.seconds).toBeLessThanOrEqual(3_600);
    const { runId: spent } = await submit(router, { limits: { tokens: 120 } });
    await callAgents(router, spent, { callId: 'call_1', agent: 'writer' });
    await expect(startChild(router, spent, { callId: 'call_1', agent: 'writer' })).rejects.toMatchObject({
      code: 'run.limit_exceeded',
      retryable: false,
    });
  });

  it('that is not open, or not what was asked for, starts nothing', async () => {
    const { runId } = await submit(router);
    const call = { callId: 'call_1', agent: 'writer' };
    await callAgents(router, runId, call);
    const refused = { code: 'run.call_not_open', retryable: false };
    for (const other of [
      { ...call, callId: 'call_2' },
      { ...call, agent: 'expert' },
      { ...call, kind: 'handoff' as const },
    ])
      await expect(startChild(router, runId, other)).rejects.toMatchObject(refused);
    await advanceRun(router, runId, {
      case: 'toolCallSettled',
      value: { tool: 'agent_writer', result: { callId: 'call_1', status: 'ok' } },
    });
    await expect(startChild(router, runId, call)).rejects.toMatchObject(refused);
    await expect(startChild(router, 'run_unknown', call)).rejects.toMatchObject({ code: 'run.not_found' });
    expect(await childrenOf(runId)).toEqual([]);
  });

  it('of a run that ends at the same moment starts nothing, or something that ends with it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { runId } = await submit(router);
      const call = { callId: 'call_1', agent: 'writer' };
      await callAgents(router, runId, call);
      const [started] = await Promise.allSettled([
        startChild(router, runId, call),
        router.rpc.call(cancel, { tenant, runId }),
      ]);
      if (started.status === 'rejected') {
        expect(started.reason).toMatchObject({ code: 'run.already_ended' });
        expect(await childrenOf(runId)).toEqual([]);
      } else {
        const { runId: childId } = started.value;
        await waitFor(async () => (await router.rpc.call(getRun, { tenant, runId: childId })).status === 'cancelled');
      }
    }
  });

  it('is refused where runs are too deep, where an agent calls itself for ever, and where there are too many', async () => {
    const chain = async (agents: readonly string[]): Promise<string> => {
      let { runId } = await submit(router, { agent: agents[0] });
      for (const agent of agents.slice(1)) {
        await callAgents(router, runId, { callId: `call_${runId}`, agent });
        runId = (await startChild(router, runId, { callId: `call_${runId}`, agent })).runId;
      }
      return runId;
    };
    const refusal = async (runId: string, agent: string) => {
      await callAgents(router, runId, { callId: 'call_x', agent });
      const result = await Promise.allSettled([startChild(router, runId, { callId: 'call_x', agent })]);
      return result[0]?.status === 'rejected' ? result[0].reason : undefined;
    };
    const deep = await refusal(await chain(['helper', 'writer', 'expert', 'helper']), 'writer');
    expect(deep).toMatchObject({ code: 'run.too_deep', retryable: false });
    const loop = await refusal(await chain(['helper', 'helper', 'helper']), 'helper');
    expect(loop).toMatchObject({ code: 'run.agent_loop', retryable: false });

    const { runId } = await submit(router);
    const calls = Array.from({ length: 6 }, (_, index) => ({ callId: `call_${index}`, agent: 'writer' }));
    await callAgents(router, runId, ...calls);
    const results = await Promise.allSettled(calls.map((call) => startChild(router, runId, call)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'run.too_many_children', retryable: false },
    });
    // Those that were started are found again, although there is room for no more.
    const again = await Promise.allSettled(calls.map((call) => startChild(router, runId, call)));
    expect(again.map(({ status }) => status)).toEqual(results.map(({ status }) => status));
  });

  it('that hands over tells the other agent what was said, without tools and memories', async () => {
    const { runId } = await submit(router, { input: 'my invoice is wrong' });
    await advanceRun(
      router,
      runId,
      { case: 'inputAppended', value: { source: 'thread', messages: [said('assistant', 'before')] } },
      { case: 'inputAppended', value: { source: 'memory', messages: [said('user', 'recalled')] } },
      { case: 'inputAppended', value: { source: 'user', messages: [said('user', 'number 7')] } },
    );
    const call = { callId: 'call_1', agent: 'expert', kind: 'handoff' as const };
    await callAgents(router, runId, call);
    const { runId: childId } = await startChild(router, runId, call, 'take over');
    const { state } = await router.journal.load(childId);
    expect(state.parent).toMatchObject({ handoff: true });
    expect(
      state.messages.map(({ role, parts }) => [role, parts.map((part) => part.type === 'text' && part.text)]),
    ).toEqual([
      ['assistant', ['before']],
      ['user', ['my invoice is wrong']],
      ['user', ['number 7']],
      ['assistant', ['I ask the others.']],
      ['user', ['take over']],
    ]);
  });

  it('names agents that there are, by names that models take', async () => {
    const apply = (more: object) =>
      router.rpc.call(applyAgent, { tenant, definition: { name: 'chief', instructions: 'Lead.', ...more } });
    await expect(apply({ agents: ['writer', 'writr'], handoffs: ['n'.repeat(57)] })).rejects.toMatchObject({
      code: 'agent.invalid',
      message: expect.stringMatching(
        /agents\[1\]: there is no agent "writr".*Did you mean "writer"[\s\S]*handoffs\[0\]/,
      ),
    });
    await expect(apply({ agents: ['chief', 'writer'], handoffs: ['expert'] })).resolves.toMatchObject({
      outcome: 'created',
    });
  });
});

function said(role: 'user' | 'assistant', text: string) {
  return { role, parts: [{ type: 'text', text }] };
}
