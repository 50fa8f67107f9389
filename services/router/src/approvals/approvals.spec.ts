import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { runWithCalls } from '../open-calls.fixture.js';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, publishedEvents, queuedWork, submit } from '../run.fixture.js';

const { applyAgent, cancel, decideApproval, listApprovals, resolveApproval } = RouterService.method;
const tenant = 'default';

describe('an approval', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    await router.startAnother();
    await applyDefaults(router);
    await router.rpc.call(applyAgent, { tenant: 'other', definition: { name: 'helper', instructions: 'x' } });
  });
  afterAll(() => router.stop());

  const pay = (callId: string, args: { [name: string]: string } = { amount: '5' }) => ({
    callId,
    arguments: args,
    approval: {},
  });
  const decide = (runId: string, callId: string, decision: string, more: object = {}) =>
    router.rpc.call(resolveApproval, { tenant, runId, callId, decision, actor: 'user:ann', ...more });
  const list = async (query: object = {}) => router.rpc.call(listApprovals, { tenant, ...query });
  const callsOf = async (runId: string) => (await router.journal.load(runId)).state.openCalls;
  const wokenBy = async (runId: string) =>
    (await queuedWork(router, runId)).map(({ cause }) => cause).filter((cause) => cause !== 'accepted');

  it('is listed for its tenant until it is decided, with what is asked and by whom, and not for another', async () => {
    const first = await runWithCalls(router, [pay('call_1'), pay('call_2', { note: 'x'.repeat(2_000) })], {
      task: { user: 'ben', thread: 'listed' },
    });
    const second = await runWithCalls(router, [pay('call_1')]);
    const { approvals } = await list({ limit: 10 });
    expect(approvals.map(({ runId, callId }) => [runId, callId])).toEqual([
      [second, 'call_1'],
      [first, 'call_1'],
      [first, 'call_2'],
    ]);
    expect(approvals[1]).toMatchObject({
      agent: 'helper',
      tool: 'pay',
      user: 'ben',
      thread: 'listed',
      arguments: { amount: '5' },
      summary: 'pay {"amount":"5"}',
      requestedAt: expect.anything(),
    });
    expect(approvals[2]).toMatchObject({ shortened: true });
    expect((await list({ runId: first })).approvals[1]?.arguments).toEqual({ note: 'x'.repeat(2_000) });
    const page = await list({ limit: 1 });
    expect([page.approvals.length, page.more]).toEqual([1, true]);
    expect((await list({ limit: 1, before: second })).approvals).toHaveLength(2);
    expect((await list({ tenant: 'other' })).approvals).toEqual([]);
    await decide(first, 'call_1', 'denied');
    expect((await list({ runId: first })).approvals.map(({ callId }) => callId)).toEqual(['call_2']);
    await router.rpc.call(cancel, { tenant, runId: first });
    expect((await list({ runId: first })).approvals).toEqual([]);
  });

  it('is decided by a client of the bus under a name that is nobody’s key and no rule, with the same checks', async () => {
    const runId = await runWithCalls(router, [pay('call_1'), pay('call_2')]);
    const byBus = (callId: string, decision: string, more: object = {}) =>
      router.rpc.call(decideApproval, { tenant, runId, callId, decision, name: 'bot', ...more });
    for (const name of ['', 'user:ann', 'policy:payments'])
      await expect(byBus('call_1', 'approved', { name })).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(byBus('call_1', 'edited')).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(byBus('call_1', 'approved', { tenant: 'other' })).rejects.toMatchObject({ code: 'run.not_found' });
    expect(await callsOf(runId)).toMatchObject([{ approval: 'requested' }, { approval: 'requested' }]);
    await byBus('call_1', 'edited', { arguments: { amount: '3' }, reason: 'less' });
    await byBus('call_1', 'edited', { arguments: { amount: '3' } });
    await byBus('call_2', 'denied', { name: 'agent' });
    await expect(decide(runId, 'call_1', 'approved')).rejects.toMatchObject({
      ...{ code: 'approval.not_waiting', details: { by: 'bus:bot', decision: 'edited' } },
    });
    const { events, state } = await router.journal.load(runId);
    expect(events.filter(({ body }) => body.case === 'approvalResolved')).toMatchObject([
      { actor: 'bus:bot', body: { value: { decision: 'edited', by: 'bus:bot', reason: 'less' } } },
      { actor: 'bus:agent', body: { value: { decision: 'denied', by: 'bus:agent' } } },
    ]);
    expect(state.openCalls).toMatchObject([{ arguments: { amount: '3' } }, { approval: 'denied' }]);
    // A rule would be named here, and the model told that no person refused.
    expect(state.openCalls[1]?.approvalBy).toBeUndefined();
  });

  it('that is given is journaled with who and why, published, and wakes the run, once', async () => {
    const runId = await runWithCalls(router, [pay('call_1')]);
    const decided = await Promise.all(
      Array.from({ length: 8 }, () => decide(runId, 'call_1', 'approved', { reason: 'fine' })),
    );
    expect(new Set(decided.map(({ seq }) => seq)).size).toBe(1);
    const { events, state } = await router.journal.load(runId);
    expect(events.filter(({ body }) => body.case === 'approvalResolved')).toMatchObject([
      { actor: 'user:ann', body: { value: { decision: 'approved', by: 'user:ann', reason: 'fine' } } },
    ]);
    expect(state.openCalls).toMatchObject([{ approval: 'approved', arguments: { amount: '5' } }]);
    await waitFor(async () => (await wokenBy(runId)).length > 0);
    expect(await wokenBy(runId)).toEqual(['approval_resolved']);
    await waitFor(async () =>
      (await publishedEvents(router, runId)).some(({ body }) => body.case === 'approvalResolved'),
    );
    // A wake-up that is lost is found by its time.
    expect((await router.journal.findRun(runId))?.wakeAt?.toISOString()).toBe(state.updatedAt);
  });

  it('of two who decide otherwise at the same time is that of the first; the other is told who decided what', async () => {
    const runId = await runWithCalls(router, [pay('call_1')]);
    const both = await Promise.allSettled([
      decide(runId, 'call_1', 'approved'),
      decide(runId, 'call_1', 'denied', { actor: 'user:ben', reason: 'no' }),
    ]);
    const [refused] = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [{ approval = '' } = {}] = await callsOf(runId);
    const by = approval === 'approved' ? 'user:ann' : 'user:ben';
    expect(refused).toMatchObject({
      code: 'approval.not_waiting',
      message: expect.stringContaining(`${by} ${approval} it at `),
      details: { decision: approval, by },
    });
  });

  it('with other arguments has them performed; they belong to that decision alone', async () => {
    const runId = await runWithCalls(router, [pay('call_1')]);
    const edited = { arguments: { amount: '3' } };
    await expect(decide(runId, 'call_1', 'edited')).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(decide(runId, 'call_1', 'approved', edited)).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(decide(runId, 'call_1', 'perhaps')).rejects.toMatchObject({ code: 'contract.invalid' });
    await decide(runId, 'call_1', 'edited', edited);
    expect(await callsOf(runId)).toMatchObject([{ approval: 'edited', arguments: { amount: '3' } }]);
    expect(await decide(runId, 'call_1', 'edited', edited)).toMatchObject({ runId });
    await expect(decide(runId, 'call_1', 'edited', { arguments: { amount: '4' } })).rejects.toMatchObject({
      code: 'approval.not_waiting',
    });
  });

  it('is on the list of what was decided: the newest first, by run, tool, person and time, of its tenant alone', async () => {
    const runId = await runWithCalls(router, [pay('call_1'), pay('call_2')]);
    await decide(runId, 'call_1', 'approved', { reason: 'fine' });
    await decide(runId, 'call_2', 'denied', { reason: 'much', actor: '' });
    const history = async (query: object = {}) =>
      (await router.rpc.call(RouterService.method.listDecisions, { tenant, runId, ...query })).decisions;
    const [second, first] = await history();
    expect([second, first]).toMatchObject([
      { callId: 'call_2', tool: 'pay', decision: 'denied', by: 'bus', reason: 'much', agent: 'helper' },
      { callId: 'call_1', tool: 'pay', decision: 'approved', by: 'user:ann', summary: 'pay {"amount":"5"}' },
    ]);
    expect(await history({ by: 'user:ann' })).toHaveLength(1);
    expect(await history({ tool: 'other' })).toEqual([]);
    expect(await history({ before: second?.time })).toMatchObject([{ callId: 'call_1' }]);
    expect(await history({ since: second?.time })).toMatchObject([{ callId: 'call_2' }]);
    expect(await history({ tenant: 'other' })).toEqual([]);
    const page = await router.rpc.call(RouterService.method.listDecisions, { tenant, runId, limit: 1 });
    expect([page.decisions.length, page.more]).toEqual([1, true]);
  });

  it('that nobody waits for is refused with the reason', async () => {
    const past = new Date(Date.now() - 60_000);
    const runId = await runWithCalls(router, [
      { callId: 'call_free' },
      { ...pay('call_old'), approval: { expiresAt: past } },
    ]);
    const refused = (callId: string, run = runId) =>
      decide(run, callId, 'approved').then(
        () => 'taken',
        (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
      );
    expect(await refused('call_free')).toMatch(/approval\.not_waiting.*"pay" may be called without one/);
    expect(await refused('call_old')).toMatch(/approval\.not_waiting.*it expired at/);
    expect(await refused('call_none')).toMatch(/approval\.not_waiting.*no open call of the run/);
    expect(await refused('call_1', 'run_none')).toMatch(/run\.not_found/);
    expect((await list({ runId })).approvals).toEqual([]);
    const { runId: ended } = await submit(router, {});
    await router.rpc.call(cancel, { tenant, runId: ended });
    expect(await refused('call_1', ended)).toMatch(/approval\.not_waiting.*the run is cancelled since/);
    await expect(decide(runId, 'call_old', 'approved', { tenant: 'other' })).rejects.toMatchObject({
      code: 'run.not_found',
    });
    expect(await callsOf(runId)).toMatchObject([{ approval: '' }, { approval: 'requested' }]);
  });

  it('is given also while the run is advanced by an executor, which meets it at its next append', async () => {
    const runId = await runWithCalls(router, [pay('call_1'), { callId: 'call_2' }], { parked: false });
    const { state } = await router.journal.load(runId);
    await decide(runId, 'call_1', 'approved');
    const settled = {
      case: 'toolCallSettled',
      value: { tool: 'pay', result: { callId: 'call_2', status: 'ok' } },
    } as const;
    await expect(router.journal.append(state, [{ body: settled, actor: 'executor' }])).rejects.toMatchObject({
      code: 'journal.conflict',
    });
    await advanceRun(router, runId, settled);
    expect(await callsOf(runId)).toMatchObject([{ approval: 'approved', result: null }, { result: { status: 'ok' } }]);
    await waitFor(async () => (await wokenBy(runId)).includes('approval_resolved'));
  });
});
