import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromValue, RouterService, type JsonObject } from '@switchyard/contracts';
import { startRouter, type RouterUnderTest } from '../router.fixture.js';

const { applyAgent, applyBackend, diffAgent, getAgent, listAgents, listAgentVersions } = RouterService.method;

describe('agents over the bus', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
  });
  afterAll(() => router.stop());

  const tenant = 'default';
  const apply = (definition: JsonObject) => router.rpc.call(applyAgent, { tenant, definition });
  const get = (name: string, version = '') => router.rpc.call(getAgent, { tenant, name, version });

  it('are created, updated and left alone, each with what changed and an immutable version', async () => {
    const first = await apply({ name: 'writer', instructions: 'Write.', tools: ['calculator', 'files.*'] });
    expect(first).toMatchObject({
      outcome: 'created',
      version: { number: 1, tenant, definition: { instructions: 'Write.' } },
    });
    const again = await apply({ tools: ['calculator', 'files.*'], instructions: 'Write.', name: 'writer' });
    expect(again).toMatchObject({
      outcome: 'unchanged',
      version: { number: 1, version: first.version?.version },
      changes: [],
    });
    const second = await apply({ name: 'writer', instructions: 'Write well.', tools: ['calculator'] });
    expect(second).toMatchObject({ outcome: 'updated', version: { number: 2 } });
    expect(second.changes.map(({ path, before, after }) => [path, fromValue(before), fromValue(after)])).toEqual([
      ['instructions', 'Write.', 'Write well.'],
      ['tools[1]', 'files.*', null],
    ]);
    const old = first.version?.version ?? '';
    expect(first.version?.current).toBe(true);
    const kept = { ...first.version, current: false };
    expect(await get('writer', old)).toEqual(kept);
    expect(await get('writer', old.slice(0, 16))).toEqual(kept);
    expect(await get('writer', old.slice('sha256:'.length, 20))).toEqual(kept);
    expect(await get('writer', '1')).toEqual(kept);
    expect(await get('writer')).toEqual(second.version);
    const { agents } = await router.rpc.call(listAgentVersions, { tenant, name: 'writer' });
    expect(agents.map(({ number, current }) => [number, current])).toEqual([
      [2, true],
      [1, false],
    ]);
  });

  it('are staged as versions that are not current, checked as any other, and made current by applying them', async () => {
    const stage = (definition: JsonObject) => router.rpc.call(applyAgent, { tenant, definition, staged: true });
    await expect(stage({ name: 'stager', instructions: 'One.' })).rejects.toMatchObject({ code: 'agent.not_found' });
    await apply({ name: 'stager', instructions: 'One.' });
    expect(await stage({ name: 'stager', instructions: 'One.' })).toMatchObject({ outcome: 'unchanged' });
    await expect(stage({ name: 'stager', instructions: 'Two.', tools: ['nothing'] })).rejects.toMatchObject({
      code: 'tool.not_found',
    });
    const two = { name: 'stager', instructions: 'Two.' };
    for (const repeat of ['first', 'again']) {
      const staged = await stage(two);
      expect([repeat, staged.outcome, staged.version?.number, staged.version?.current]).toEqual([
        repeat,
        'staged',
        2,
        false,
      ]);
      expect(staged.changes).toMatchObject([{ path: 'instructions' }]);
    }
    expect(await get('stager')).toMatchObject({ number: 1, current: true });
    expect(await apply(two)).toMatchObject({ outcome: 'updated', version: { number: 2, current: true } });
    expect(await stage(two)).toMatchObject({ outcome: 'unchanged' });
  });

  it('name for their memory only agents that there are, and that answer what a program can read', async () => {
    const memory = { remember: 'conversations', facts: { agent: 'finder' }, rerank: 'ranker' };
    await apply({ name: 'ranker', instructions: 'Order.' });
    await expect(apply({ name: 'host', instructions: 'Help.', memory })).rejects.toMatchObject({
      code: 'agent.invalid',
      details: {
        problems: [
          { path: 'memory.facts.agent', reason: expect.stringContaining('there is no agent "finder"') },
          { path: 'memory.rerank', reason: expect.stringContaining('no result_schema') },
        ],
      },
    });
    for (const name of ['finder', 'ranker'])
      await apply({ name, instructions: 'Answer.', result_schema: { type: 'object', properties: {} } });
    expect((await apply({ name: 'host', instructions: 'Help.', memory })).outcome).toBe('created');
    await expect(
      apply({ name: 'host', instructions: 'Help.', memory: { facts: { agent: 'finder', max_usd_per_day: -1 } } }),
    ).rejects.toMatchObject({ code: 'agent.invalid' });
  });

  it('go back to an old version without a new number', async () => {
    await apply({ name: 'swing', instructions: 'One.' });
    await apply({ name: 'swing', instructions: 'Two.' });
    expect(await apply({ name: 'swing', instructions: 'One.' })).toMatchObject({
      outcome: 'updated',
      version: { number: 1 },
    });
    expect((await get('swing')).number).toBe(1);
  });

  it('number their versions without gap or repeat when applied at the same time', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => `Text ${index}.`);
    await Promise.all(texts.map((instructions) => apply({ name: 'busy', instructions })));
    const { agents } = await router.rpc.call(listAgentVersions, { tenant, name: 'busy' });
    expect(agents.map(({ number }) => number)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('are compared with what would be applied, and nothing is written', async () => {
    await apply({ name: 'compared', instructions: 'One.' });
    const before = await get('compared');
    const diff = await router.rpc.call(diffAgent, { tenant, definition: { name: 'compared', instructions: 'Two.' } });
    expect(diff).toMatchObject({ fromVersion: before.version, changes: [{ path: 'instructions' }] });
    expect(await get('compared')).toEqual(before);
    const fresh = await router.rpc.call(diffAgent, { tenant, definition: { name: 'not-there', instructions: 'x' } });
    expect(fresh).toMatchObject({ fromVersion: '', changes: [{ path: 'instructions' }, { path: 'name' }] });
  });

  it('of one tenant are not seen by another', async () => {
    await apply({ name: 'private', instructions: 'x' });
    await expect(router.rpc.call(getAgent, { tenant: 'other', name: 'private' })).rejects.toMatchObject({
      code: 'agent.not_found',
    });
    expect((await router.rpc.call(listAgents, { tenant: 'other' })).agents).toEqual([]);
    expect((await router.rpc.call(listAgents, { tenant })).agents.map(({ definition }) => definition?.name)).toContain(
      'private',
    );
  });

  it('and their versions are listed in pages that fit into a reply, long texts shortened, and got whole', async () => {
    const own = { tenant: 'wordy' };
    const names = Array.from({ length: 6 }, (_, index) => `wordy-${index}`);
    for (const name of names) {
      const definition = { name, instructions: 'ä'.repeat(100_000), description: 'short' };
      await router.rpc.call(applyAgent, { ...own, definition });
    }
    const { agents, more } = await router.rpc.call(listAgents, own);
    expect(more).toBe(false);
    expect(agents.map(({ definition }) => definition?.name)).toEqual(names);
    for (const { definition, shortened } of agents) {
      expect(shortened).toBe(true);
      expect(definition).toMatchObject({ instructions: `${'ä'.repeat(500)}…`, description: 'short' });
    }
    const whole = await router.rpc.call(getAgent, { ...own, name: 'wordy-0' });
    expect(whole).toMatchObject({ shortened: false, definition: { instructions: 'ä'.repeat(100_000) } });
    const page = await router.rpc.call(listAgents, { ...own, limit: 2, after: 'wordy-1' });
    expect([page.more, ...page.agents.map(({ definition }) => definition?.name)]).toEqual([true, 'wordy-2', 'wordy-3']);
    await router.rpc.call(applyAgent, { ...own, definition: { name: 'wordy-0', instructions: 'New.' } });
    const old = await router.rpc.call(listAgentVersions, { ...own, name: 'wordy-0', before: 2 });
    expect(old).toMatchObject({ more: false, agents: [{ number: 1, shortened: true }] });
  });

  it('that fail their schema are refused with every path and reason', async () => {
    await expect(apply({ name: 'bad', instructons: 'x', model: { min_context: 'big' } })).rejects.toMatchObject({
      code: 'agent.invalid',
      retryable: false,
      message: expect.stringMatching(
        /instructons: unknown key\. Did you mean "instructions"\?.*model\.min_context: is "big"; it must be integer/,
      ),
      details: { problems: expect.arrayContaining([{ path: 'instructions', reason: 'is missing' }]) },
    });
    await expect(get('bad')).rejects.toMatchObject({ code: 'agent.not_found' });
  });

  it('with an unknown tool are refused with its path and the nearest name', async () => {
    await expect(
      apply({ name: 'bad', instructions: 'x', tools: ['clock', 'calculater', 'web.*'] }),
    ).rejects.toMatchObject({
      code: 'tool.not_found',
      retryable: false,
      message: expect.stringMatching(
        /tools\[1\]: there is no tool "calculater"\. Did you mean "calculator"\?.*tools\[2\]: there is no tool "web\.\*"/,
      ),
    });
  });

  it('are not applied, and may be later, while the tool host does not answer', async () => {
    await router.services[0]?.stop();
    await expect(
      router.rpc.call(
        applyAgent,
        { tenant, definition: { name: 'bad', instructions: 'x', tools: ['clock'] } },
        { timeoutMs: 10_000 },
      ),
    ).rejects.toMatchObject({
      code: 'rpc.unavailable',
      retryable: true,
      message: expect.stringMatching(/was not applied: .* the tool host did not answer/),
    });
    expect((await apply({ name: 'toolless', instructions: 'x' })).outcome).toBe('created');
    await router.startToolHost();
    expect((await apply({ name: 'tooled', instructions: 'x', tools: ['clock'] })).outcome).toBe('created');
  });

  it('pinned to an unknown backend are refused with the nearest name', async () => {
    await expect(apply({ name: 'bad', instructions: 'x', model: { backend: 'scuot' } })).rejects.toMatchObject({
      code: 'backend.not_found',
    });
    await router.rpc.call(applyBackend, { name: 'scout', baseUrl: 'http://x/v1', api: 'openai-chat', model: 'm' });
    await expect(apply({ name: 'bad', instructions: 'x', model: { backend: 'scuot' } })).rejects.toMatchObject({
      code: 'backend.not_found',
      message: expect.stringMatching(/model\.backend names "scuot".*Did you mean "scout"\?/),
    });
    expect((await apply({ name: 'pinned', instructions: 'x', model: { backend: 'scout' } })).outcome).toBe('created');
  });

  it('or versions that nobody knows are an error with what there is', async () => {
    await apply({ name: 'known', instructions: 'x' });
    await expect(get('knwon')).rejects.toMatchObject({
      code: 'agent.not_found',
      message: expect.stringMatching(/Did you mean "known"\?/),
    });
    await expect(get('known', '7')).rejects.toMatchObject({
      code: 'agent.not_found',
      message: expect.stringMatching(/no version "7"; its current one is number 1/),
    });
    await expect(get('known', 's')).rejects.toMatchObject({ code: 'agent.not_found' });
  });

  it('say which version prefix is ambiguous', async () => {
    await apply({ name: 'twice', instructions: 'One.' });
    await apply({ name: 'twice', instructions: 'Two.' });
    await expect(get('twice', 'sha256:')).rejects.toMatchObject({ code: 'agent.version_ambiguous' });
  });
});
