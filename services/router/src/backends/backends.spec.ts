import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureConsumer, execDurable } from '@switchyard/bus';
import {
  EmptySchema,
  RouterService,
  timestampDate,
  type MessageInitShape,
  type BackendSchema,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { startRouter, type RouterUnderTest } from '../router.fixture.js';

const { applyBackend, getBackend, listBackends, removeBackend, reportBackend, applyAgent, submit, cancel } =
  RouterService.method;

describe('backends over the bus', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
  });
  afterAll(() => router.stop());

  const apply = (init: MessageInitShape<typeof BackendSchema> = {}) =>
    router.rpc.call(applyBackend, {
      name: 'one',
      baseUrl: 'https://models.example/v1',
      api: 'openai-chat',
      model: 'm',
      ...init,
    });
  const get = (name = 'one') => router.rpc.call(getBackend, { name });
  const fail = (name: string) =>
    router.rpc.call(reportBackend, {
      name,
      ok: false,
      error: { code: 'model.unavailable', message: 'down', retryable: true },
    });

  it('have a whole profile, whose version is its content', async () => {
    const plain = await apply({ name: 'plain' });
    expect(plain).toMatchObject({
      concurrency: 32,
      health: { status: 'unknown' },
      profile: { api: 'openai-chat', version: expect.stringMatching(/^p_/) },
    });
    const small = await apply({ name: 'plain', profile: { contextWindow: 8_192, version: 'p_made_up' } });
    expect(small.profile?.['version']).not.toBe(plain.profile?.['version']);
    expect(small.profile?.['version']).not.toBe('p_made_up');
    const same = await apply({ name: 'other', profile: { contextWindow: 8_192 } });
    expect(same.profile).toEqual(small.profile);
    expect(await get('plain')).toEqual(small);
  });

  it('are left alone by the whole fleet after five failures in a row, longer each time, until one succeeds', async () => {
    await apply({ name: 'broken', tokensPerMinute: 60_000, requestsPerMinute: 60 });
    let told = 0;
    router.bus.subscribe(router.bus.subjects.rpc('router', 'backends_changed'), EmptySchema, () => void (told += 1));
    await router.bus.nc.flush();
    const durable = { kind: 'exec', durable: execDurable('broken') } as const;
    await ensureConsumer(router.bus, { ...durable, filters: [router.bus.subjects.exec('broken', '*')] });
    const openFor = async (): Promise<number> => {
      const { health } = await get('broken');
      return health?.openUntil ? timestampDate(health.openUntil).getTime() - Date.now() : 0;
    };
    const halfOpen = () =>
      sql(router.dataSource, `UPDATE registry.backends SET open_until = now() - interval '1 ms' WHERE name = 'broken'`);
    await Promise.all([fail('broken'), fail('broken'), fail('broken'), fail('broken')]);
    expect(await openFor()).toBe(0);
    await router.rpc.call(reportBackend, { name: 'broken', ok: false, error: { code: 'model.rate_limited' } });
    expect(await openFor()).toBe(0);
    await fail('broken');
    const first = await openFor();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(2_500);
    // What was on its way while it opened makes it no longer.
    await fail('broken');
    expect(await openFor()).toBeLessThanOrEqual(first);
    const manager = await router.bus.js.jetstreamManager(false);
    const [stream = ''] = await manager.streams.names(router.bus.subjects.exec('broken', '*')).next();
    expect((await manager.consumers.info(stream, durable.durable)).paused).toBe(true);
    await halfOpen();
    await fail('broken');
    expect(await openFor()).toBeGreaterThan(2_500);
    await halfOpen();
    await router.rpc.call(reportBackend, { name: 'broken', ok: true });
    expect((await get('broken')).health).toMatchObject({ status: 'healthy', consecutiveFailures: 0 });
    expect((await get('broken')).health?.openUntil).toBeUndefined();
    await fail('broken');
    expect(await openFor()).toBe(0);
    await waitFor(() => told >= 3, { describe: 'executors to be told' });
    expect(await get('broken')).toMatchObject({ tokensPerMinute: 60_000, requestsPerMinute: 60 });
  });

  it('of an open circuit are asked again at once when they are applied anew', async () => {
    await apply({ name: 'mended' });
    await Promise.all([1, 2, 3, 4, 5].map(() => fail('mended')));
    expect((await get('mended')).health?.openUntil).toBeDefined();
    await apply({ name: 'mended' });
    expect((await get('mended')).health?.openUntil).toBeUndefined();
  });

  it('count as failing after three failures in a row, and as healthy after a success', async () => {
    await apply({ name: 'shaky' });
    await fail('shaky');
    await fail('shaky');
    expect((await get('shaky')).health).toMatchObject({ status: 'unknown', consecutiveFailures: 2 });
    await router.rpc.call(reportBackend, { name: 'shaky', ok: true });
    expect((await get('shaky')).health).toMatchObject({ status: 'healthy', consecutiveFailures: 0 });
    await Promise.all([fail('shaky'), fail('shaky'), fail('shaky')]);
    expect((await get('shaky')).health).toMatchObject({
      status: 'failing',
      consecutiveFailures: 3,
      lastError: { code: 'model.unavailable', message: 'down' },
    });
  });

  it('count as failing at once where trying again does not help, and are given another chance when applied again', async () => {
    await apply({ name: 'locked' });
    const error = { code: 'model.auth', message: 'wrong key', retryable: false };
    await router.rpc.call(reportBackend, { name: 'locked', ok: false, error });
    expect((await get('locked')).health).toMatchObject({ status: 'failing', lastError: { code: 'model.auth' } });
    expect((await apply({ name: 'locked' })).health).toMatchObject({ status: 'unknown', consecutiveFailures: 0 });
  });

  it('are not written again and again while every report says that all is well', async () => {
    await apply({ name: 'steady' });
    await router.rpc.call(reportBackend, { name: 'steady', ok: true });
    const first = await get('steady');
    await router.rpc.call(reportBackend, { name: 'steady', ok: true });
    expect(await get('steady')).toEqual(first);
    await fail('steady');
    expect((await get('steady')).health).toMatchObject({ status: 'healthy', consecutiveFailures: 1 });
    await router.rpc.call(reportBackend, { name: 'steady', ok: true });
    expect((await get('steady')).health).toMatchObject({ status: 'healthy', consecutiveFailures: 0 });
  });

  it('keep their health when applied again, and lose it when they are another endpoint', async () => {
    await apply({ name: 'moved' });
    await router.rpc.call(reportBackend, { name: 'moved', ok: true });
    expect((await apply({ name: 'moved', note: 'said' })).health?.status).toBe('healthy');
    expect((await apply({ name: 'moved', baseUrl: 'https://elsewhere.example/v1' })).health?.status).toBe('unknown');
  });

  it.each([
    ['an unknown API', { api: 'smoke-signals' }, /api: is "smoke-signals"; it may be openai-chat, anthropic/],
    ['a URL that is none', { baseUrl: 'models.example' }, /base_url: must be a URL that begins with http/],
    ['a URL of another kind', { baseUrl: 'file:///etc/passwd' }, /base_url: must be a URL that begins with http/],
    [
      'a typing mistake in the profile',
      { profile: { contextWindwo: 1 } },
      /profile\.contextWindwo: unknown key\. Did you mean "contextWindow"\? Correct this/,
    ],
    ['a wrong number in the profile', { profile: { contextWindow: -5 } }, /profile\.contextWindow: is -5/],
    ['a dialect that is none', { profile: { dialect: 'klingon' } }, /profile\.dialect: .*hermes/],
    ['prices by halves', { profile: { prices: { input: 1 } } }, /profile\.prices\.output: is missing/],
    ['text that cannot be stored', { note: 'a\u0000b' }, /note: has a NUL character/],
    [
      "the platform's own password for a key",
      { apiKeyEnv: 'DATABASE_URL' },
      /api_key_env: DATABASE_URL is the platform's own/,
    ],
    ['a note without end', { note: 'x'.repeat(3_000) }, /note: has 3000 characters, and 2048 are allowed/],
    ['a profile without end', { profile: { x: 'y'.repeat(40_000) } }, /profile: has \d+ characters, and 32768 are/],
    ['a profile of another API', { profile: { api: 'anthropic' } }, /profile\.api/],
    [
      'answers that are larger than the window',
      { profile: { contextWindow: 8_192, maxOutputTokens: 16_384 } },
      /profile\.maxOutputTokens: is 16384, and the window is 8192/,
    ],
    [
      'tools in text that nobody can write',
      { profile: { dialect: '', tools: { mode: 'text' } } },
      /profile\.tools\.mode: is "text", and the dialect is empty/,
    ],
  ])('with %s are refused', async (_what, init, message) => {
    await expect(apply(init)).rejects.toMatchObject({
      code: 'backend.invalid',
      retryable: false,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    { apiKeyEnv: 'sk-live-1234567890' },
    { baseUrl: 'https://u:hunter2@models.example/v1' },
    { baseUrl: 'https://models.example/v1?api_key=hunter2' },
  ])('never store a key, nor repeat it (%j)', async (init) => {
    const failure: unknown = await apply({ name: 'secret', ...init }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'backend.invalid' });
    expect(JSON.stringify(failure) + String(failure)).not.toMatch(/sk-live|hunter2/);
    await expect(get('secret')).rejects.toMatchObject({ code: 'backend.not_found' });
  });

  it('with a name that is no subject token, or without what they need, are refused where they enter', async () => {
    await expect(apply({ name: 'a.b' })).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(apply({ model: '' })).rejects.toMatchObject({ code: 'contract.invalid' });
  });

  it('that nobody knows are an error with the nearest name, whatever is asked of them', async () => {
    await apply({ name: 'known' });
    const expected = { code: 'backend.not_found', message: expect.stringMatching(/Did you mean "known"\?/) };
    await expect(get('knwon')).rejects.toMatchObject(expected);
    await expect(fail('knwon')).rejects.toMatchObject(expected);
    await expect(router.rpc.call(removeBackend, { name: 'knwon' })).rejects.toMatchObject(expected);
  });

  it('are removed once no run on them is open', async () => {
    await apply({ name: 'leaving' });
    await router.rpc.call(applyAgent, { tenant: 'default', definition: { name: 'last', instructions: 'x' } });
    const { runId } = await router.rpc.call(submit, {
      agent: 'last',
      input: { kind: { case: 'stringValue', value: 'x' } },
      backend: 'leaving',
    });
    await expect(router.rpc.call(removeBackend, { name: 'leaving' })).rejects.toMatchObject({
      code: 'backend.in_use',
      retryable: true,
    });
    await router.rpc.call(cancel, { tenant: 'default', runId });
    await waitUntilRemoved('leaving');
    expect((await router.rpc.call(listBackends, {})).backends.map(({ name }) => name)).not.toContain('leaving');
  });

  it('are listed all in one reply, and no more are taken than fit into it', async () => {
    const before = (await router.rpc.call(listBackends, {})).backends.length;
    const profile = { extra: 'x'.repeat(32_000) };
    let added = 0;
    const refusal: unknown = await (async () => {
      for (; added < 20; added += 1) await apply({ name: `large-${added}`, profile });
    })().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'backend.too_many', retryable: false });
    const error = { code: 'model.auth', message: 'm'.repeat(100_000), details: { body: 'd'.repeat(100_000) } };
    for (let index = 0; index < added; index += 1)
      await router.rpc.call(reportBackend, { name: `large-${index}`, ok: false, error });
    const { backends } = await router.rpc.call(listBackends, {});
    expect(backends).toHaveLength(before + added);
    expect(backends.find(({ name }) => name === 'large-0')?.health?.lastError?.message).toHaveLength(301);
    expect((await get('large-0')).health?.lastError?.message).toHaveLength(100_000);
    expect((await apply({ name: 'large-0', profile })).health?.status).toBe('unknown');
  });

  async function waitUntilRemoved(name: string): Promise<void> {
    await waitFor(() => router.rpc.call(removeBackend, { name }).then(() => true), {
      describe: `${name} to be removable`,
    });
  }
});
