import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deadLetter } from '@switchyard/bus';
import type { ListDeadLettersQuerySchema } from '@switchyard/contracts';
import { RouterService, SwitchyardError, type JsonValue, type MessageInitShape } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, messagesOf, publishEvent, submit } from '../run.fixture.js';

const { applyAgent, getDeadLetter, listDeadLetters } = RouterService.method;

describe('dead letters over the bus', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
  });
  afterAll(() => router.stop());

  const list = async (query: MessageInitShape<typeof ListDeadLettersQuerySchema> = {}) =>
    (await router.rpc.call(listDeadLetters, query)).letters.map(({ id }) => id);

  it('are none where nothing has failed', async () => {
    expect(await list()).toEqual([]);
  });

  it('are listed newest first, by kind, the last of many', async () => {
    for (let index = 0; index < 30; index += 1) {
      const kind = index % 10 === 0 ? 'tool' : 'exec';
      const cause = new SwitchyardError('tool.failed', 'broken');
      await deadLetter(router.bus, { kind, id: `x${index}`, subject: 'a.b', cause, payload: '{}' });
    }
    expect(await list({ limit: 3 })).toEqual(['x29', 'x28', 'x27']);
    expect(await list({ kind: 'tool', limit: 2 })).toEqual(['x20', 'x10']);
    expect(await list({ kind: 'tool' })).toEqual(['x20', 'x10', 'x0']);
    expect(await list({ kind: 'event' })).toEqual([]);
    expect(await list()).toHaveLength(30);
  });

  it('are listed too where somebody else wrote one that cannot be read, with why', async () => {
    await router.bus.publishText(router.bus.subjects.dead('event', 'foreign'), 'not a letter');
    const { letters } = await router.rpc.call(listDeadLetters, { kind: 'event' });
    expect(letters).toMatchObject([
      { kind: 'event', id: 'foreign', payload: 'not a letter', cause: { code: 'contract.malformed' } },
    ]);
  });

  it('fit into a reply, however long their payloads are', async () => {
    const cause = new SwitchyardError('task.too_large', 'long');
    for (const id of ['l0', 'l1', 'l2', 'l3'])
      await deadLetter(router.bus, { kind: 'tasks', id, subject: 'a.b', cause, payload: 'x'.repeat(300_000) });
    const { letters, more } = await router.rpc.call(listDeadLetters, { kind: 'tasks', limit: 3 });
    expect([more, ...letters.map(({ id }) => id)]).toEqual([true, 'l3', 'l2', 'l1']);
    expect(letters[0]).toMatchObject({ payload: `${'x'.repeat(1_000)}…`, shortened: true });
  });

  describe('of runs that failed', () => {
    const error = { code: 'model.unavailable', message: 'It is down.', retryable: true };
    const failedRun = async (task: { input?: JsonValue; [field: string]: unknown } = {}) => {
      const { runId } = await submit(router, task);
      const [event] = await advanceRun(router, runId, { case: 'runFailed', value: { error } });
      if (!event) throw new Error('nothing was appended');
      return { runId, event };
    };
    beforeAll(async () => {
      await applyDefaults(router);
      await router.rpc.call(applyAgent, {
        tenant: 'default',
        definition: { name: 'other', instructions: 'Help.' },
      });
    });

    it('are there with the commit of the failure, whatever became of the bus, and show what it was', async () => {
      const { runId } = await failedRun({ input: 'asked' });
      const { letters } = await router.rpc.call(listDeadLetters, { limit: 1 });
      expect(letters).toMatchObject([
        {
          ...{ kind: 'run', id: runId, runId, seq: 2, tenant: 'default', agent: 'helper', backend: 'sim' },
          ...{ payload: '"asked"', cause: { code: 'model.unavailable' }, advice: expect.stringContaining('last step') },
        },
      ]);
      const letter = await router.rpc.call(getDeadLetter, { kind: 'run', id: runId });
      expect(letter).toMatchObject({ id: runId, cause: { message: 'It is down.' } });
    });

    it('are told on the bus too, once for each, and only where the journal says so', async () => {
      const { runId, event } = await failedRun();
      const { runId: running } = await submit(router);
      await publishEvent(router, { ...event, runId: running });
      await publishEvent(router, event);
      await publishEvent(router, event);
      const told = () => messagesOf(router.bus.js, router.bus.subjects.dead('run', '*'));
      await waitFor(async () => (await told()).some(({ subject }) => subject.endsWith(runId)));
      expect((await told()).filter(({ subject }) => subject.endsWith(running))).toEqual([]);
      expect((await list({ kind: 'run' })).filter((id) => id === runId)).toHaveLength(1);
    });

    it('are found by code, agent, backend and tenant, as messages are', async () => {
      const { runId } = await failedRun({ agent: 'other' });
      expect(await list({ kind: 'run', agent: 'other' })).toEqual([runId]);
      expect(await list({ kind: 'run', code: 'run.limit_exceeded' })).toEqual([]);
      expect(await list({ kind: 'run', tenant: 'elsewhere' })).toEqual([]);
      const cause = new SwitchyardError('agent.not_found', 'none');
      const payload = JSON.stringify({ agent: 'lost', input: 'x', backend: 'glm' });
      const subject = router.bus.subjects.tasks('acme');
      await deadLetter(router.bus, { kind: 'tasks', id: 'mine', subject, cause, payload });
      for (const query of [{ agent: 'lost' }, { backend: 'glm' }, { tenant: 'acme' }, { code: 'agent.not_found' }])
        expect(await list(query)).toEqual(['mine']);
      expect(await list({ agent: 'lost', tenant: 'default' })).toEqual([]);
    });

    it('are not found by who is not theirs, nor where there is none', async () => {
      const { runId } = await failedRun();
      for (const query of [
        { kind: 'run', id: runId, tenant: 'other' },
        { kind: 'run', id: 'run_none' },
        { kind: 'exec', id: 'nothing' },
      ])
        await expect(router.rpc.call(getDeadLetter, query)).rejects.toMatchObject({ code: 'dead_letter.not_found' });
    });
  });

  it('of a kind that there is not are an error', async () => {
    await expect(list({ kind: 'taks' })).rejects.toMatchObject({
      code: 'contract.invalid',
      message: expect.stringMatching(/it may be tasks, feedback, exec, tool, event/),
    });
  });
});
