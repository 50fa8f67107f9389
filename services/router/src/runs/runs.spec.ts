import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CancelNoticeSchema, fromValue, RouterService, type CancelNotice } from '@switchyard/contracts';
import { JournalStore } from '@switchyard/journal';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, completeRun, publishedEvents, submit } from '../run.fixture.js';

const { cancel, getRun, listEvents, listRuns } = RouterService.method;
const tenant = 'default';

describe('runs over the bus', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    await applyDefaults(router);
  });
  afterAll(() => router.stop());

  it('are shown as their journal tells them', async () => {
    const { runId, taskId } = await submit(router, { input: 'q' });
    await completeRun(router, runId, 'answer');
    const run = await router.rpc.call(getRun, { tenant, runId });
    expect(run).toMatchObject({ taskId, status: 'completed', seq: 3, agent: 'helper', backend: 'sim' });
    expect(fromValue(run.output)).toBe('answer');
    expect(run.endedAt).toBeDefined();
    const { events } = await router.rpc.call(listEvents, { tenant, runId });
    expect(events.map(({ seq, body }) => [seq, body.case])).toEqual([
      [1, 'runAccepted'],
      [2, 'modelTurnCompleted'],
      [3, 'runCompleted'],
    ]);
    expect((await router.rpc.call(listEvents, { tenant, runId, afterSeq: 1 })).events).toHaveLength(2);
    expect((await router.rpc.call(listEvents, { tenant, runId, limit: 1 })).events).toHaveLength(1);
  });

  it('are listed newest first, page by page, and narrowed', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) ids.push((await submit(router, { thread: 'listed' })).runId);
    const list = async (query: object) =>
      (await router.rpc.call(listRuns, { tenant, thread: 'listed', ...query })).runs.map(({ runId }) => runId);
    expect(await list({})).toEqual([...ids].reverse());
    expect(await list({ limit: 2 })).toEqual([ids[2], ids[1]]);
    expect(await list({ limit: 2, before: ids[1] })).toEqual([ids[0]]);
    expect(await list({ status: 'completed' })).toEqual([]);
    expect(await list({ agent: 'nobody' })).toEqual([]);
    await expect(list({ status: 'runing' })).rejects.toMatchObject({
      code: 'contract.invalid',
      message: expect.stringMatching(/Did you mean "running"/),
    });
    expect(await list({ tenant: 'other' })).toEqual([]);
  });

  it('of any size are listed, their long texts shortened; one by one they are whole', async () => {
    const input = 'ü'.repeat(100_000);
    const ids: string[] = [];
    for (let index = 0; index < 8; index += 1) ids.push((await submit(router, { thread: 'large', input })).runId);
    const { runs, more } = await router.rpc.call(listRuns, { tenant, thread: 'large', limit: 8 });
    expect(runs.map(({ runId }) => runId)).toEqual(ids.reverse());
    expect(runs.map((run) => fromValue(run.input))).toEqual(Array(8).fill(`${'ü'.repeat(500)}…`));
    expect(runs.every(({ shortened }) => shortened)).toBe(true);
    expect(more).toBe(false);
    expect((await router.rpc.call(listRuns, { tenant, thread: 'large', limit: 7 })).more).toBe(true);
    const whole = await router.rpc.call(getRun, { tenant, runId: ids[0] ?? '' });
    expect(fromValue(whole.input)).toBe(input);
    expect(whole.shortened).toBe(false);
  });

  it('give their journal in as many replies as it needs', async () => {
    const { runId } = await submit(router, { input: 'q' });
    const message = { role: 'user', parts: [{ type: 'text', text: 'x'.repeat(200_000) }] };
    for (let added = 0; added < 6; added += 1)
      await advanceRun(router, runId, { case: 'inputAppended', value: { messages: [message], source: 'user' } });
    const seqs: number[] = [];
    for (let more = true; more;) {
      const page = await router.rpc.call(listEvents, { tenant, runId, afterSeq: seqs.at(-1) ?? 0 });
      seqs.push(...page.events.map(({ seq }) => seq));
      more = page.more;
    }
    expect(seqs).toEqual(Array.from({ length: 7 }, (_, index) => index + 1));
  });

  it('that nobody knows, or another tenant owns, are not found', async () => {
    const { runId } = await submit(router, {});
    for (const query of [
      { tenant, runId: 'run_unknown' },
      { tenant: 'other', runId },
    ]) {
      const answers = await Promise.allSettled([
        router.rpc.call(getRun, query),
        router.rpc.call(listEvents, query),
        router.rpc.call(cancel, query),
      ]);
      const refused = {
        status: 'rejected',
        reason: expect.objectContaining({ code: 'run.not_found', retryable: false }),
      };
      expect(answers).toEqual([refused, refused, refused]);
    }
  });

  it('are cancelled: journaled, published, and whoever works on them is told', async () => {
    const { runId } = await submit(router, {});
    const notices: CancelNotice[] = [];
    const listening = router.bus.subscribe(router.bus.subjects.cancel(runId), CancelNoticeSchema, (notice) => {
      notices.push(notice);
    });
    await router.bus.nc.flush();
    const run = await router.rpc.call(cancel, { tenant, runId, reason: 'enough', actor: 'user:ada' });
    expect(run).toMatchObject({ status: 'cancelled', seq: 2 });
    await waitFor(() => notices.length > 0);
    expect(notices[0]).toMatchObject({ tenant, runId, reason: 'enough', actor: 'user:ada' });
    const published = await waitFor(async () => (await publishedEvents(router, runId)).find(({ seq }) => seq === 2));
    expect(published).toMatchObject({
      actor: 'user:ada',
      body: { case: 'runCancelled', value: { reason: 'enough', by: 'user:ada', backend: 'sim' } },
    });
    await expect(advanceRun(router, runId, { case: 'runResumed', value: {} })).rejects.toMatchObject({
      code: 'journal.after_end',
    });
    await listening.stop();
  });

  it('are cancelled even while an executor advances them', async () => {
    const { runId } = await submit(router, {});
    const store = router.services[1]?.app.get(JournalStore, { strict: false });
    if (!store) throw new Error('no journal');
    const append = store.append.bind(store);
    let races = 0;
    store.append = async (...parameters) => {
      if (races < 3) {
        races += 1;
        await advanceRun(router, runId, { case: 'inputAppended', value: { source: 'user', messages: [] } });
      }
      return append(...parameters);
    };
    try {
      expect(await router.rpc.call(cancel, { tenant, runId })).toMatchObject({ status: 'cancelled', seq: 5 });
    } finally {
      store.append = append;
    }
  });

  it('that have ended are not cancelled', async () => {
    const { runId } = await submit(router, {});
    await completeRun(router, runId);
    await expect(router.rpc.call(cancel, { tenant, runId })).rejects.toMatchObject({
      code: 'run.already_ended',
      details: { status: 'completed' },
    });
    expect((await router.rpc.call(getRun, { tenant, runId })).status).toBe('completed');
  });

  it('are cancelled once, by one of many who ask at the same time', async () => {
    const { runId } = await submit(router, {});
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => router.rpc.call(cancel, { tenant, runId })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await router.rpc.call(getRun, { tenant, runId })).seq).toBe(2);
  });
});
