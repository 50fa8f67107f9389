import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService, toValue } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { runWithCalls } from '../open-calls.fixture.js';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, endRun, publishedEvents, queuedWork, submit } from '../run.fixture.js';

const { sendInput } = RouterService.method;
const tenant = 'default';

describe('input that is sent to a run', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter({ environment: { SWITCHYARD_TASK_BYTES: '10000' } });
    await router.startAnother();
    await applyDefaults(router);
  });
  afterAll(() => router.stop());

  const send = (runId: string, input: string, more: object = {}) =>
    router.rpc.call(sendInput, { tenant, runId, input: toValue(input), actor: 'user:ann', ...more });
  const question = { callId: 'call_q', tool: 'ask_user', kind: 'ask', arguments: { question: 'Which?' } };
  const inputsOf = async (runId: string) =>
    (await router.journal.load(runId)).events.flatMap(({ body, actor }) =>
      body.case === 'inputAppended' ? [{ ...body.value, actor }] : [],
    );
  const wokenBy = async (runId: string) =>
    (await queuedWork(router, runId)).map(({ cause }) => cause).filter((cause) => cause !== 'accepted');

  it('joins the conversation of one that goes on, is published, and wakes nothing', async () => {
    const { runId } = await submit(router, {});
    expect(await send(runId, 'in French')).toMatchObject({ runId, status: 'queued', seq: 2 });
    expect(await inputsOf(runId)).toMatchObject([{ source: 'user', actor: 'user:ann', references: [] }]);
    await waitFor(async () => (await publishedEvents(router, runId)).length === 2);
    const waiting = await runWithCalls(router, [question]);
    await send(waiting, 'in French');
    const { state } = await router.journal.load(waiting);
    expect([state.parked?.reason, state.heldMessages.length]).toEqual(['input', 1]);
    expect(await wokenBy(waiting)).toEqual([]);
  });

  it('answers the call that asked, and wakes the run, once, however often it is sent with its key', async () => {
    const runId = await runWithCalls(router, [question]);
    const sent = await Promise.all(
      Array.from({ length: 8 }, () => send(runId, 'the red one', { callId: 'call_q', idempotencyKey: 'k' })),
    );
    expect(new Set(sent.map(({ seq }) => seq)).size).toBe(1);
    expect(await inputsOf(runId)).toMatchObject([{ source: 'answer', id: 'k', references: ['call_q'] }]);
    const { state } = await router.journal.load(runId);
    expect(state.openCalls).toMatchObject([{ answer: { text: 'the red one' } }]);
    await waitFor(async () => (await wokenBy(runId)).length > 0);
    expect(await wokenBy(runId)).toEqual(['input_appended']);
    // A wake-up that is lost is found by its time.
    expect((await router.journal.findRun(runId))?.wakeAt?.toISOString()).toBe(state.updatedAt);
    await expect(send(runId, 'the blue one', { callId: 'call_q', idempotencyKey: 'k' })).rejects.toMatchObject({
      code: 'input.conflict',
    });
  });

  it('answers a call whose run is about to be parked: nobody has it in hand, so that it is dispatched', async () => {
    const runId = await runWithCalls(router, [question], { parked: false });
    await send(runId, 'the red one', { callId: 'call_q' });
    await waitFor(async () => (await wokenBy(runId)).includes('input_appended'));
  });

  it('is written after what an executor writes at the same time, and neither is lost', async () => {
    const { runId } = await submit(router, {});
    const turn = async (): Promise<void> => {
      await advanceRun(router, runId, { case: 'budgetReserved', value: { turn: 1 } });
      await advanceRun(router, runId, { case: 'budgetSettled', value: { turn: 1 } });
    };
    const texts = Array.from({ length: 10 }, (_, index) => `input ${index}`);
    await Promise.all([...texts.map((text) => send(runId, text)), turn().catch(() => undefined)]);
    const { state } = await router.journal.load(runId);
    expect(
      state.messages
        .slice(1)
        .map(({ parts }) => parts[0])
        .map((part) => part?.type === 'text' && part.text)
        .sort(),
    ).toEqual(texts);
  });

  it.each([
    ['nothing', 'run_none', {}, 'run.not_found'],
    ["another tenant's run", '', { tenant: 'other' }, 'run.not_found'],
    ['a call that there is not', '', { callId: 'call_x' }, 'run.asks_nothing'],
    ['too much', '', { input: toValue('x'.repeat(10_001)) }, 'input.too_large'],
    ['no input', '', { input: undefined }, 'contract.invalid'],
  ])('for %s is a coded error', async (_what, given, more, code) => {
    const runId = given || (await runWithCalls(router, [question]));
    await expect(send(runId, 'x', more)).rejects.toMatchObject({ code, retryable: false });
    if (given === '') expect(await inputsOf(runId)).toEqual([]);
  });

  it('for a call that asks nobody names those that ask, and for one that has its answer says so', async () => {
    const runId = await runWithCalls(router, [question, { callId: 'call_t' }]);
    await expect(send(runId, 'x', { callId: 'call_t' })).rejects.toMatchObject({
      code: 'run.asks_nothing',
      message: expect.stringMatching(/call of "pay".*waits for an answer to call_q \("Which\?"\)/),
    });
    await send(runId, 'red', { callId: 'call_q' });
    await expect(send(runId, 'blue', { callId: 'call_q' })).rejects.toMatchObject({ code: 'run.already_answered' });
  });

  it('for a run that has ended is told how to go on, and with the key of what was said before gives the same again', async () => {
    const { runId } = await submit(router, { thread: 'talk' });
    await send(runId, 'before', { idempotencyKey: 'b' });
    await endRun(router, runId);
    await expect(send(runId, 'after')).rejects.toMatchObject({
      code: 'run.already_ended',
      message: expect.stringMatching(/new task in its thread "talk", or fork/),
    });
    expect(await send(runId, 'before', { idempotencyKey: 'b' })).toMatchObject({ runId, status: 'completed' });
    expect(await inputsOf(runId)).toHaveLength(1);
  });
});
