import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { callAgents, startChild } from '../children/children.fixture.js';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { submit } from '../run.fixture.js';
import { acceptedAs, endRollout, startRollout, tenant, twoVersions } from './rollouts.fixture.js';

const { applyAgent, applyBackend, removeBackend, changeRollout, getAgent, getRollout, listRollouts } =
  RouterService.method;

describe('a rollout', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    // Two routers on the same servers: every guarantee holds over both.
    await router.startAnother();
    await applyDefaults(router);
  });
  afterAll(() => router.stop());

  const apply = (name: string, instructions: string, more: object = {}) =>
    router.rpc.call(applyAgent, { tenant, definition: { name, instructions }, actor: 'user:bo', ...more });
  const current = async (name: string) => (await router.rpc.call(getAgent, { tenant, name })).version;
  const get = (id: string) => router.rpc.call(getRollout, { tenant, id });
  const runOf = async (task: { agent: string; [field: string]: unknown }) =>
    acceptedAs(router, (await submit(router, task)).runId);

  it('gives a part of the threads to the candidate, each always to the same arm, and says so in both arms', async () => {
    const { agent, one, two } = await twoVersions(router, 'sticky');
    const { id } = await startRollout(router, { agent, share: 0.5 });
    const threads = Array.from({ length: 24 }, (_, index) => `t${index}`);
    const round = async () => Promise.all(threads.map((thread) => runOf({ agent, thread })));
    const [first, again] = [await round(), await round()];
    for (const [index, { rollout, rolloutArm, agentVersion, routingReason }] of first.entries()) {
      expect(rollout).toBe(id);
      expect(agentVersion).toBe(rolloutArm === 'candidate' ? two : one);
      expect(routingReason).toMatch(new RegExp(`^${rolloutArm} of the rollout ${id} at 50 %; `));
      expect(again[index]?.rolloutArm).toBe(rolloutArm);
    }
    expect(new Set(first.map(({ rolloutArm }) => rolloutArm))).toEqual(new Set(['candidate', 'baseline']));
    await router.rpc.call(changeRollout, { tenant, id, share: 0.9, actor: 'user:ada' });
    for (const [index, { rolloutArm }] of (await round()).entries())
      if (first[index]?.rolloutArm === 'candidate') expect(rolloutArm).toBe('candidate');
    expect(await get(id)).toMatchObject({ share: 0.9, status: 'running' });
  });

  it('decides for no task that names a version or a backend, or whose tools are answered from a record', async () => {
    const { agent, one, two } = await twoVersions(router, 'decided');
    const { id } = await startRollout(router, { agent, share: 1 });
    const by = async (task: object) => {
      const { agentVersion, rollout, rolloutArm } = await runOf({ agent, ...task });
      return [agentVersion, rollout, rolloutArm];
    };
    expect(await by({})).toEqual([two, id, 'candidate']);
    for (const named of ['2', two, two.slice(0, 20), two.slice(7, 20)])
      expect(await by({ agentVersion: named })).toEqual([two, '', '']);
    expect(await by({ agentVersion: '1' })).toEqual([one, '', '']);
    expect(await by({ agentVersion: 'current' })).toEqual([one, '', '']);
    expect(await by({ backend: 'sim' })).toEqual([one, '', '']);
    expect(await by({ fixtures: { answers: [] } })).toEqual([one, '', '']);
  });

  it('leaves tasks that name a version which does not exist refused with what there is', async () => {
    await expect(submit(router, { agentVersion: '7' })).rejects.toMatchObject({
      code: 'agent.not_found',
      message: expect.stringMatching(/no version "7"; its current one is number 1.*agents versions helper/),
    });
    await expect(submit(router, { agentVersion: 'newest' })).rejects.toMatchObject({ code: 'contract.invalid' });
  });

  it('is not asked again for a task that comes again; with its key, another version is another task', async () => {
    const { agent } = await twoVersions(router, 'redelivered');
    const { id } = await startRollout(router, { agent, share: 1 });
    const first = await submit(router, { agent, idempotencyKey: 'again' });
    await endRollout(router, id, 'rolled_back');
    expect(await submit(router, { agent, idempotencyKey: 'again' })).toMatchObject({
      runId: first.runId,
      duplicate: true,
    });
    expect(await acceptedAs(router, first.runId)).toMatchObject({ rollout: id, rolloutArm: 'candidate' });
    await submit(router, { agent, idempotencyKey: 'versioned', agentVersion: '1' });
    await expect(submit(router, { agent, idempotencyKey: 'versioned', agentVersion: '2' })).rejects.toMatchObject({
      code: 'task.conflict',
      details: { differs: ['version, backend, fallbacks, limits or fixtures'] },
    });
  });

  it('is of runs that other agents start too, by the thread of the caller', async () => {
    const { agent, two } = await twoVersions(router, 'called');
    await router.rpc.call(applyAgent, {
      tenant,
      definition: { name: 'caller', instructions: 'Ask.', agents: [agent] },
    });
    const { id } = await startRollout(router, { agent, share: 0.5 });
    for (const thread of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const own = await runOf({ agent, thread });
      const { runId } = await submit(router, { agent: 'caller', thread });
      await callAgents(router, runId, { callId: 'call_1', agent });
      const child = await acceptedAs(router, (await startChild(router, runId, { callId: 'call_1', agent })).runId);
      expect(child).toMatchObject({ rollout: id, rolloutArm: own.rolloutArm });
      expect(child.agentVersion === two).toBe(child.rolloutArm === 'candidate');
    }
  });

  it('fills in what was left out, and is the same one for the same key', async () => {
    const { agent, one, two } = await twoVersions(router, 'usual');
    const request = { agent, idempotencyKey: 'once' };
    const [started, again] = await Promise.all([startRollout(router, request), startRollout(router, request)]);
    expect(again).toEqual(started);
    expect(started).toMatchObject({
      ...{ agent, baseline: one, candidate: two, share: 0.1, sticky: 'thread', status: 'running', promoteAfter: 0 },
      guardrails: [{ name: 'success', measure: 'success', of: '', margin: 0.02, alpha: 0.05 }],
      ...{ startedBy: 'user:ada', endedBy: '', reason: '', swap: '' },
    });
    await expect(startRollout(router, { ...request, share: 0.2 })).rejects.toMatchObject({ code: 'rollout.conflict' });
    await endRollout(router, started.id, 'stopped');
    expect(await startRollout(router, request)).toMatchObject({ id: started.id, status: 'stopped' });
  });

  it('that cannot be is refused with the place and what to do, and nothing is kept', async () => {
    const { agent } = await twoVersions(router, 'refused');
    const invalid: [object, RegExp][] = [
      [{ share: -0.1 }, /share is -0.1; it may be more than 0 and at most 1/],
      [{ share: 1.5 }, /share is 1.5/],
      [{ share: NaN }, /share is NaN/],
      [{ idempotencyKey: 'a\u0000b' }, /control character/],
      [{ guardrails: [{ measure: 'happiness' }] }, /guardrails\[0\]\.measure is "happiness"; it may be success/],
      [{ guardrails: [{ measure: 'score' }] }, /"of" does not name/],
      [{ guardrails: [{ measure: 'cost', of: 'x' }] }, /of nothing/],
      [{ guardrails: [{ measure: 'success', margin: -1 }] }, /margin is -1/],
      [{ guardrails: [{ measure: 'success', margin: NaN }] }, /margin is NaN/],
      [{ guardrails: [{ measure: 'success', alpha: 1 }] }, /alpha is 1/],
      [{ guardrails: [{ measure: 'cost' }, { measure: 'cost' }] }, /two guardrails are named "cost"/],
      [{ guardrails: Array.from({ length: 17 }, (_, index) => ({ measure: 'cost', name: `n${index}` })) }, /17/],
    ];
    for (const [request, message] of invalid)
      await expect(startRollout(router, { agent, ...request })).rejects.toMatchObject({
        code: 'rollout.invalid',
        message: expect.stringMatching(message),
      });
    await expect(startRollout(router, { agent, sticky: 'moon' })).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(startRollout(router, { agent, candidate: '' })).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(startRollout(router, { agent, candidate: '9' })).rejects.toMatchObject({ code: 'agent.not_found' });
    await expect(startRollout(router, { agent: 'nobody' })).rejects.toMatchObject({ code: 'agent.not_found' });
    for (const candidate of ['1', 'current'])
      await expect(startRollout(router, { agent, candidate })).rejects.toMatchObject({
        code: 'rollout.conflict',
        message: expect.stringContaining('is the current one'),
      });
    expect(await router.rpc.call(listRollouts, { tenant, agent })).toMatchObject({ rollouts: [], more: false });
  });

  it('is one at a time for an agent, however many are started at once, and the others name it', async () => {
    const { agent } = await twoVersions(router, 'single');
    const starts = await Promise.allSettled(Array.from({ length: 6 }, () => startRollout(router, { agent })));
    const begun = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value.id] : []));
    expect(begun).toHaveLength(1);
    for (const start of starts)
      if (start.status === 'rejected')
        expect(start.reason).toMatchObject({ code: 'rollout.conflict', details: { agent, rollout: begun[0] } });
  });

  it('ends once: two ends at the same time are one, and both are told how it ended', async () => {
    const { agent, one, two } = await twoVersions(router, 'ended');
    const promote = (id: string) => endRollout(router, id, 'promoted', { reason: 'good\u0000' });
    const rollBack = (id: string) => endRollout(router, id, 'rolled_back', { reason: 'bad', guardrail: 'success' });
    for (const [first, second] of [
      [promote, rollBack],
      [rollBack, promote],
      [promote, promote],
      [promote, rollBack],
    ] as const) {
      const { id } = await startRollout(router, { agent });
      const ends = await Promise.all([first(id), second(id)]);
      expect(ends[0]).toEqual(ends[1]);
      const promoted = ends[0].status === 'promoted';
      expect(await current(agent)).toBe(promoted ? two : one);
      expect(ends[0]).toMatchObject(
        promoted ? { reason: 'good\ufffd', guardrail: '' } : { reason: 'bad', guardrail: 'success' },
      );
      expect(await endRollout(router, id, 'stopped')).toEqual(ends[0]);
      await expect(router.rpc.call(changeRollout, { tenant, id, share: 0.5 })).rejects.toMatchObject({
        code: 'rollout.conflict',
        message: expect.stringContaining(`has ended: ${ends[0].status}`),
      });
      expect(await runOf({ agent })).toMatchObject({ rollout: '', rolloutArm: '', agentVersion: promoted ? two : one });
      await apply(agent, 'One.');
    }
  });

  it('is ended by a person who applies a version, and by nobody who stages one or applies what is current', async () => {
    const { agent, one } = await twoVersions(router, 'applied');
    const { id } = await startRollout(router, { agent });
    await apply(agent, 'One.');
    await apply(agent, 'Three.', { staged: true });
    expect(await get(id)).toMatchObject({ status: 'running' });
    await apply(agent, 'Four.');
    expect(await get(id)).toMatchObject({
      ...{ status: 'stopped', reason: 'user:bo applied version 4', endedBy: 'user:bo' },
      endedAt: expect.anything(),
    });
    const four = await current(agent);
    expect(await endRollout(router, id, 'promoted')).toMatchObject({ status: 'stopped' });
    expect(await current(agent)).toBe(four);
    const second = await startRollout(router, { agent, candidate: one });
    await apply(agent, 'Two.');
    expect(await get(second.id)).toMatchObject({ status: 'stopped', reason: 'user:bo applied version 2' });
    const third = await startRollout(router, { agent, candidate: one });
    await apply(agent, 'One.');
    expect(await get(third.id)).toMatchObject({ status: 'promoted', reason: 'user:bo applied version 1' });
  });

  it('is none, and cannot be promoted, where its baseline is no longer current, as after a router that knows no rollouts', async () => {
    const { agent, two } = await twoVersions(router, 'older');
    const three = (await apply(agent, 'Three.', { staged: true })).version?.version ?? '';
    const { id } = await startRollout(router, { agent, candidate: two, share: 1 });
    const applied = 'UPDATE registry.agents SET version = $1 WHERE tenant = $2 AND name = $3';
    await sql(router.dataSource, applied, [three, tenant, agent]);
    expect(await runOf({ agent })).toMatchObject({ rollout: '', agentVersion: three });
    expect(await endRollout(router, id, 'promoted', { reason: 'good' })).toMatchObject({
      ...{ status: 'stopped', reason: expect.stringMatching(/^not promoted, because another version .* \(good\)$/) },
    });
    expect(await current(agent)).toBe(three);
  });

  it("never undoes a person's apply: whoever is first, what was applied is current in the end", async () => {
    const { agent } = await twoVersions(router, 'raced');
    for (let round = 0; round < 12; round += 1) {
      const { id } = await startRollout(router, { agent });
      const [ended, applied] = await Promise.all([
        endRollout(router, id, 'promoted'),
        apply(agent, `Person ${round}.`),
      ]);
      expect(['promoted', 'stopped']).toContain(ended.status);
      expect(await current(agent)).toBe(applied.version?.version);
      expect(await get(id)).toEqual(ended);
    }
  });

  it('gets no run of a task that comes after its end was answered, at any router', async () => {
    const { agent, two } = await twoVersions(router, 'late');
    const { id } = await startRollout(router, { agent, share: 1 });
    const early = Array.from({ length: 20 }, () => submit(router, { agent }));
    await endRollout(router, id, 'promoted');
    const late = Array.from({ length: 20 }, () => submit(router, { agent }));
    for (const { runId } of await Promise.all(early))
      expect(['', id]).toContain((await acceptedAs(router, runId)).rollout);
    for (const { runId } of await Promise.all(late))
      expect(await acceptedAs(router, runId)).toMatchObject({ rollout: '', agentVersion: two });
  });

  it('whose candidate can no longer run fails nobody: its runs are the baseline, and it is rolled back with the reason', async () => {
    await router.rpc.call(applyBackend, { name: 'going', baseUrl: 'http://x/v1', api: 'openai-chat', model: 'm' });
    const { agent, one } = await twoVersions(router, 'gone', { model: { backend: 'going' } });
    const { id } = await startRollout(router, { agent, share: 1 });
    await router.rpc.call(removeBackend, { name: 'going' });
    const run = await runOf({ agent });
    expect(run).toMatchObject({ agentVersion: one, rollout: id, rolloutArm: 'baseline', backend: 'sim' });
    expect(run.routingReason).toMatch(
      /^baseline of the rollout .* since its candidate cannot run: There is no backend/,
    );
    expect(await get(id)).toMatchObject({
      ...{ status: 'rolled_back', endedBy: 'router' },
      reason: expect.stringContaining('There is no backend "going"'),
    });
    await expect(startRollout(router, { agent })).rejects.toMatchObject({ code: 'backend.not_found' });
  });

  it('is listed newest first in pages, of one tenant or, for the platform, of all', async () => {
    const own = { tenant: 'lister' };
    for (const instructions of ['One.', 'Two.'])
      await router.rpc.call(applyAgent, {
        ...own,
        definition: { name: 'listed', instructions },
        staged: instructions === 'Two.',
      });
    const ids: string[] = [];
    for (const _ of [1, 2, 3]) {
      const { id } = await startRollout(router, { ...own, agent: 'listed' });
      ids.unshift(id);
      if (ids.length < 3) await router.rpc.call(RouterService.method.endRollout, { ...own, id, status: 'stopped' });
    }
    const list = async (query: object) => {
      const { rollouts, more } = await router.rpc.call(listRollouts, query);
      return [more, ...rollouts.map(({ id }) => id)];
    };
    expect(await list(own)).toEqual([false, ...ids]);
    expect(await list({ ...own, limit: 2 })).toEqual([true, ...ids.slice(0, 2)]);
    expect(await list({ ...own, limit: 2, after: ids[1] })).toEqual([false, ids[2]]);
    expect(await list({ ...own, status: 'running' })).toEqual([false, ids[0]]);
    expect(await list({ ...own, agent: 'other' })).toEqual([false]);
    expect(await list({ status: 'running' })).toContain(ids[0]);
    expect(await list({ tenant })).not.toContain(ids[0]);
    await expect(get(ids[0] ?? '')).rejects.toMatchObject({ code: 'rollout.not_found' });
    await expect(endRollout(router, ids[0] ?? '', 'promoted')).rejects.toMatchObject({ code: 'rollout.not_found' });
  });
});
