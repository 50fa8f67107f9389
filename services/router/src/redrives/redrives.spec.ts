import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deadLetter } from '@switchyard/bus';
import {
  decode,
  encode,
  GiveFeedbackRequestSchema,
  RouterService,
  RunEventSchema,
  SwitchyardError,
  ToolWorkSchema,
  toValue,
  type DeadLetter,
} from '@switchyard/contracts';
import type { RunEventBodyInit } from '@switchyard/journal';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, messagesOf, publishedEvents, queuedWork, submit } from '../run.fixture.js';

const { applyAgent, applyBackend, getDeadLetter, getRun, getRunState, listDeadLetters, redrive } = RouterService.method;
const tenant = 'default';
const cause = new SwitchyardError('internal', 'broken', { retryable: true });

const turn = (...ids: string[]): RunEventBodyInit => ({
  case: 'modelTurnCompleted',
  value: {
    ...{ turn: 1, backend: 'sim', finishReason: 'tool_calls', costUsd: 0.5 },
    message: { role: 'assistant', parts: ids.map((id) => ({ type: 'tool_call', id, name: 't', arguments: {} })) },
  },
});
const requested = (calls: Record<string, string>): RunEventBodyInit => ({
  case: 'toolCallsRequested',
  value: { calls: Object.entries(calls).map(([callId, effect]) => ({ callId, tool: 't', effect, pool: 'default' })) },
});
const settled = (callId: string): RunEventBodyInit => ({
  case: 'toolCallSettled',
  value: { tool: 't', result: { callId, status: 'ok', content: [{ type: 'text', text: `sent ${callId}` }] } },
});
const failed: RunEventBodyInit = {
  case: 'runFailed',
  value: { error: { code: 'model.unavailable', message: 'It is down.', retryable: true } },
};

describe('a dead letter is redriven', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    await applyDefaults(router);
    await router.rpc.call(applyBackend, {
      ...{ name: 'other', baseUrl: 'http://127.0.0.1:7460/v1', api: 'anthropic', model: 'm', simulated: true },
    });
  });
  beforeEach(() => {
    router.tools.effects = [];
  });
  afterAll(() => router.stop());

  const failedRun = async (...bodies: RunEventBodyInit[]) => {
    const { runId } = await submit(router, { backend: 'sim', thread: `of ${Math.random()}` });
    await advanceRun(router, runId, ...bodies, failed);
    return runId;
  };
  const again = async (kind: string, id: string, more: object = {}) => {
    const { letters } = await router.rpc.call(redrive, { kind, id, actor: 'user:ada', ...more });
    return letters[0]?.runId ?? '';
  };
  const listed = async (query: object = {}) =>
    (await router.rpc.call(listDeadLetters, { limit: 200, ...query })).letters.map(({ id }) => id);
  const messagesIn = async (runId: string) => {
    const { messages, next } = await router.rpc.call(getRunState, { tenant, runId });
    return { text: JSON.stringify(messages), next };
  };

  describe('that is a run which failed', () => {
    it('as a new run from its last step, with its results, linked both ways, and no longer in the list', async () => {
      const runId = await failedRun(turn('a1'), requested({ a1: 'irreversible' }), settled('a1'));
      expect(await listed()).toContain(runId);
      const made = await again('run', runId, { backend: 'other' });
      const run = await router.rpc.call(getRun, { tenant, runId: made });
      expect(run).toMatchObject({ backend: 'other', fork: { runId, seq: 4, turns: 1 }, thread: '', costUsd: 0 });
      expect(await messagesIn(made)).toEqual({ text: expect.stringContaining('sent a1'), next: 'CallModel' });
      await waitFor(async () => (await queuedWork(router, made)).some(({ backend }) => backend === 'other'));
      expect(await router.rpc.call(getRun, { tenant, runId })).toMatchObject({ status: 'failed', redrivenAs: made });
      expect(await listed()).not.toContain(runId);
      expect(await listed({ all: true })).toContain(runId);
      const letter = await router.rpc.call(getDeadLetter, { kind: 'run', id: runId });
      expect(letter).toMatchObject({ redrivenAs: made, redrivenBy: 'user:ada' });
    });

    it('once for each backend, however often and however many ask at once', async () => {
      const runId = await failedRun();
      const made = await Promise.all(Array.from({ length: 5 }, () => again('run', runId)));
      expect(new Set(made).size).toBe(1);
      const elsewhere = await again('run', runId, { backend: 'other' });
      expect(made).not.toContain(elsewhere);
      expect(await again('run', runId, { backend: 'other' })).toBe(elsewhere);
      expect(await again('run', runId)).toBe(made[0]);
    });

    it('not while nobody knows whether an irreversible call took effect: the journal has no result, and the ledger none', async () => {
      const runId = await failedRun(turn('b1'), requested({ b1: 'irreversible' }));
      const refused = { code: 'redrive.effect_unknown', retryable: false, details: { call_ids: ['b1'] } };
      await expect(again('run', runId)).rejects.toMatchObject(refused);
      router.tools.effects = [{ callId: 'b1', runId, status: 'unknown', tool: 't' }];
      await expect(again('run', runId)).rejects.toMatchObject(refused);
      expect(await listed()).toContain(runId);
      // Somebody finds out, and says so in the ledger: the result goes along, and the call is not made again.
      const result = { callId: 'b1', status: 'ok', content: [{ type: 'text', text: 'it was sent' }] };
      router.tools.effects = [{ callId: 'b1', runId, status: 'settled', tool: 't', result }];
      const made = await again('run', runId);
      expect(await messagesIn(made)).toEqual({ text: expect.stringContaining('it was sent'), next: 'CallModel' });
    });

    it('where an irreversible call still waited for a person: it never began', async () => {
      const asked: RunEventBodyInit = { case: 'approvalRequested', value: { callId: 'g1', tool: 't' } };
      const parked: RunEventBodyInit = { case: 'runParked', value: { reason: 'approval', callIds: ['g1'] } };
      const runId = await failedRun(turn('g1'), requested({ g1: 'irreversible' }), asked, parked);
      expect(await messagesIn(await again('run', runId))).toMatchObject({ next: 'CallModel' });
    });

    it('not while the ledger has one of its calls as unknown, whatever its journal says', async () => {
      const runId = await failedRun(turn('c1'), requested({ c1: 'irreversible' }), settled('c1'));
      router.tools.effects = [{ callId: 'c1', runId, status: 'unknown', tool: 't' }];
      await expect(again('run', runId)).rejects.toMatchObject({ code: 'redrive.effect_unknown' });
    });

    it('later, where no tool host can be asked about irreversible calls; without such calls nobody is asked', async () => {
      const risky = await failedRun(turn('d1'), requested({ d1: 'irreversible' }), settled('d1'));
      const harmless = await failedRun(turn('d2'), requested({ d2: 'pure' }), settled('d2'));
      const [host] = router.services.splice(0, 1);
      await host?.stop();
      try {
        const refused = { code: 'redrive.effects_unreadable', retryable: true };
        await expect(again('run', risky)).rejects.toMatchObject(refused);
        expect(await again('run', harmless)).toMatch(/^run_/);
      } finally {
        router.services.unshift(await router.startToolHost());
        router.services.pop();
      }
    });

    it('with the results that there are, where other calls were open: those are told to have none', async () => {
      const runId = await failedRun(turn('e1', 'e2'), requested({ e1: 'irreversible', e2: 'pure' }), settled('e1'));
      const { text, next } = await messagesIn(await again('run', runId));
      expect(next).toBe('CallModel');
      expect(text).toContain('sent e1');
      expect(text).toContain('tool.abandoned');
    });

    it('not where it did not fail, nor for another tenant', async () => {
      const { runId } = await submit(router);
      await expect(again('run', runId)).rejects.toMatchObject({ code: 'dead_letter.not_found' });
      const mine = await failedRun();
      await expect(again('run', mine, { tenant: 'other' })).rejects.toMatchObject({ code: 'dead_letter.not_found' });
      await expect(again('run', mine, { backend: 'nowhere' })).rejects.toMatchObject({ code: 'backend.not_found' });
      expect(await listed()).toContain(mine);
    });
  });

  const deadTask = async (task: object, options: { msgId?: string } = {}): Promise<DeadLetter> => {
    const before = await listed({ kind: 'tasks', all: true });
    await router.bus.publishText(router.bus.subjects.tasks(tenant), JSON.stringify(task), options);
    return waitFor(async () => {
      const { letters } = await router.rpc.call(listDeadLetters, { kind: 'tasks', all: true });
      return letters.find(({ id }) => !before.includes(id));
    });
  };
  const define = (name: string) => router.rpc.call(applyAgent, { tenant, definition: { name, instructions: 'Help.' } });

  it.each([
    ['that has no key', {}, {}],
    ['with a key of its own', { idempotency_key: 'own' }, {}],
    ['with the id of its message as its key', {}, { msgId: 'of-message' }],
  ])('that is a task %s: accepted once what was wrong is right, and once', async (what, key, options) => {
    const name = `late-${what.length}`;
    const task = { agent: name, input: 'x', ...key };
    const letter = await deadTask(task, options);
    expect(letter).toMatchObject({ tenant, agent: name, cause: { code: 'agent.not_found' } });
    await expect(again('tasks', letter.id)).rejects.toMatchObject({ code: 'agent.not_found' });
    await define(name);
    const runId = await again('tasks', letter.id, { backend: 'other' });
    expect(await router.rpc.call(getRun, { tenant, runId })).toMatchObject({ agent: name, backend: 'other' });
    expect(await again('tasks', letter.id)).toBe(runId);
    expect(await listed({ kind: 'tasks' })).not.toContain(letter.id);
    if ('idempotency_key' in key) {
      const later = await submit(router, { agent: name, input: 'x', idempotencyKey: 'own' });
      expect(later).toMatchObject({ runId, duplicate: true });
    }
  });

  it('that is work on a run: dispatched again, on its backend or another, while the run goes on', async () => {
    const { runId } = await submit(router, { backend: 'sim' });
    const subject = router.bus.subjects.exec('sim', runId);
    const payload = JSON.stringify({ tenant, run_id: runId, backend: 'sim' });
    await deadLetter(router.bus, { kind: 'exec', id: runId, subject, cause, payload });
    expect(await again('exec', runId, { backend: 'other' })).toBe(runId);
    await waitFor(async () =>
      (await queuedWork(router, runId)).some((work) => work.cause === 'redriven' && work.backend === 'other'),
    );
    expect(await listed({ kind: 'exec' })).not.toContain(runId);
    // It fails once more: that is a new letter.
    await deadLetter(router.bus, { kind: 'exec', id: runId, subject, cause, payload });
    expect(await listed({ kind: 'exec' })).toContain(runId);
    await advanceRun(router, runId, failed);
    await expect(again('exec', runId)).rejects.toMatchObject({ code: 'redrive.run_ended' });
  });

  it('that is a tool call: queued again while its run waits for it, and not after', async () => {
    const { runId } = await submit(router, { backend: 'sim' });
    await advanceRun(router, runId, turn('t1'), requested({ t1: 'pure' }));
    const subject = router.bus.subjects.tool('default', 't1');
    const payload = encode(ToolWorkSchema, { call: { tenant, runId, callId: 't1', tool: 't', agent: 'helper' } });
    await deadLetter(router.bus, { kind: 'tool', id: 't1', subject, cause, payload });
    expect(await again('tool', 't1')).toBe(runId);
    expect(await messagesOf(router.bus.js, subject)).toHaveLength(1);
    await advanceRun(router, runId, settled('t1'));
    await expect(again('tool', 't1')).rejects.toMatchObject({ code: 'redrive.nothing_waits' });
  });

  it('that is an event: published again as the journal has it, and never what only the letter says', async () => {
    const { runId } = await submit(router, { backend: 'sim' });
    await waitFor(async () => (await publishedEvents(router, runId)).length === 1);
    const subject = router.bus.subjects.event(tenant, runId, 'RunAccepted');
    const payload = encode(RunEventSchema, {
      ...{ tenant, runId, seq: 1, body: { case: 'runAccepted', value: { backend: 'forged', input: toValue('x') } } },
    });
    await deadLetter(router.bus, { kind: 'event', id: runId, subject, cause, payload });
    expect(await again('event', runId)).toBe(runId);
    const events = await publishedEvents(router, runId);
    expect(events.map(({ body }) => body.case === 'runAccepted' && body.value.backend)).toEqual(['sim', 'sim']);
    const invented = encode(RunEventSchema, { ...{ tenant, runId, seq: 9, body: { case: 'runResumed', value: {} } } });
    await deadLetter(router.bus, { kind: 'event', id: 'invented', subject, cause, payload: invented });
    await expect(again('event', 'invented')).rejects.toMatchObject({ code: 'redrive.not_journaled' });
  });

  it('that is feedback: published again as it came, to be judged anew', async () => {
    const subject = router.bus.subjects.feedback(tenant);
    const said = { runId: 'run_later', value: toValue(true), by: 'user:ann', id: 'word-1' };
    const payload = encode(GiveFeedbackRequestSchema, said);
    await deadLetter(router.bus, { kind: 'feedback', id: 'word-1', subject, cause, payload });
    expect(await again('feedback', 'word-1')).toBe('run_later');
    const manager = await router.bus.js.jetstreamManager(false);
    const stream = await manager.streams.find(subject);
    const message = await manager.streams.getMessage(stream, { last_by_subj: subject });
    expect(decode(GiveFeedbackRequestSchema, message?.data ?? '')).toMatchObject(said);
  });

  it('together with all that a filter has: as many as are allowed, each with what became of it, and none where it is only tried', async () => {
    await define('many');
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      const { runId } = await submit(router, { agent: 'many', backend: 'sim' });
      const open = index === 1 ? [turn('f1'), requested({ f1: 'irreversible' })] : [];
      await advanceRun(router, runId, ...open, failed);
      ids.push(runId);
    }
    const order = { kind: 'run', agent: 'many', onBackend: 'sim', backend: 'other' };
    const tried = await router.rpc.call(redrive, { ...order, dryRun: true });
    expect(tried.letters.map(({ id, runId, error }) => [id, runId, error?.code])).toEqual([
      [ids[2], '', undefined],
      [ids[1], '', 'redrive.effect_unknown'],
      [ids[0], '', undefined],
    ]);
    expect(await listed({ agent: 'many' })).toHaveLength(3);
    const first = await router.rpc.call(redrive, { ...order, limit: 2 });
    expect([first.more, first.letters.map(({ id }) => id)]).toEqual([true, [ids[2], ids[1]]]);
    expect(first.letters.map(({ runId, error }) => [runId !== '', error?.code])).toEqual([
      [true, undefined],
      [false, 'redrive.effect_unknown'],
    ]);
    const rest = await router.rpc.call(redrive, order);
    expect(rest.letters.map(({ id }) => id)).toEqual([ids[1], ids[0]]);
    expect(await listed({ agent: 'many' })).toEqual([ids[1]]);
  });
});
