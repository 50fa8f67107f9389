import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deadLetter } from '@switchyard/bus';
import { RouterService, SwitchyardError } from '@switchyard/contracts';
import { startRouter, type RouterUnderTest } from '../router.fixture.js';

const { listDeadLetters } = RouterService.method;

describe('dead letters over the bus', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
  });
  afterAll(() => router.stop());

  const list = async (query: { kind?: string; limit?: number } = {}) =>
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

  it('of a kind that there is not are an error', async () => {
    await expect(list({ kind: 'taks' })).rejects.toMatchObject({
      code: 'contract.invalid',
      message: expect.stringMatching(/it may be tasks, exec, tool, event/),
    });
  });
});
