import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBus, ensureStreams, RpcClient, type Bus } from '@switchyard/bus';
import { loadConfig } from '@switchyard/config';
import { MemoryService, timestampMs } from '@switchyard/contracts';
import { runMigrations } from '@switchyard/persistence';
import { startService, type RunningService } from '@switchyard/service';
import { freshDatabase, freshPrefix, testServers, waitFor, type FreshDatabase } from '@switchyard/testing';
import { serviceDefinition } from '../src/index.js';
import { memoryOwner } from '../src/persistence/memory-owner.js';

const { method } = MemoryService;
let database: FreshDatabase;
let bus: Bus;
let rpc: RpcClient;
let replicas: RunningService[] = [];

beforeAll(async () => {
  const { natsUrl } = await testServers();
  database = await freshDatabase();
  await runMigrations(database.url, [memoryOwner]);
  const config = loadConfig({
    NATS_URL: natsUrl,
    DATABASE_URL: database.url,
    SWITCHYARD_PREFIX: freshPrefix('memory'),
    SWITCHYARD_LOG_LEVEL: 'silent',
    SWITCHYARD_EMBEDDER: 'none',
  });
  bus = await connectBus({ servers: natsUrl, name: 'test', prefix: config.prefix });
  await ensureStreams(bus);
  rpc = new RpcClient(bus);
  replicas = [await startService(serviceDefinition, { config }), await startService(serviceDefinition, { config })];
});

afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  const manager = await bus.js.jetstreamManager();
  for await (const name of manager.streams.names(`${bus.prefix}.>`)) await manager.streams.delete(name);
  await bus.close();
  await database.drop();
});

describe('the memory service on the bus', () => {
  it('remembers, recalls, lists and forgets, whichever of its replicas answers', async () => {
    const scope = { tenant: 'default', user: 'ann' };
    const before = Date.now();
    for (let n = 0; n < 10; n += 1) {
      const saved = await rpc.call(method.remember, { scope, text: `Ann's code ${n} is zebra${n}`, tags: ['codes'] });
      const { memories } = await rpc.call(method.recall, { scope, query: `what is zebra${n}?` });
      expect(memories.map(({ memory }) => memory)).toEqual([saved]);
      expect(memories[0]?.why).toContain(`"zebra${n}"`);
      expect(saved.createdAt && timestampMs(saved.createdAt)).toBeGreaterThanOrEqual(before);
    }
    const { memories } = await rpc.call(method.listMemories, { scope: { tenant: 'default' }, limit: 3 });
    expect(memories.map(({ text }) => text)).toEqual([9, 8, 7].map((n) => `Ann's code ${n} is zebra${n}`));
    const id = memories[0]?.id ?? '';
    await rpc.call(method.forget, { tenant: 'default', id });
    await expect(rpc.call(method.forget, { tenant: 'default', id })).rejects.toMatchObject({
      code: 'memory.not_found',
    });
    expect((await rpc.call(method.recall, { scope, query: 'zebra9' })).memories).toEqual([]);
  });

  it('finds what has no word in common with the query, once it has its vectors', async () => {
    const { natsUrl } = await testServers();
    const config = loadConfig({
      NATS_URL: natsUrl,
      DATABASE_URL: database.url,
      SWITCHYARD_PREFIX: bus.prefix,
      SWITCHYARD_LOG_LEVEL: 'silent',
    });
    const scope = { tenant: 'meaning' };
    for (const text of ['The cat had kittens in the barn', 'The invoice is due on Friday', 'Rain fell all night'])
      await rpc.call(method.remember, { scope, text });
    await Promise.all(replicas.map((replica) => replica.stop()));
    replicas = [await startService(serviceDefinition, { config })];
    const status = () => rpc.call(method.memoryStatus, { tenant: 'meaning' });
    await waitFor(async () => (await status()).pending === 0, { timeoutMs: 60_000 });
    expect(await status()).toMatchObject({ embedder: expect.stringContaining('minilm'), failing: '', index: 'exact' });
    const { memories, degraded } = await rpc.call(method.recall, { scope, query: 'feline offspring' });
    expect([memories[0]?.memory?.text, degraded]).toEqual(['The cat had kittens in the barn', '']);
    expect(memories[0]?.why).toMatch(/^meaning 0\.\d\d/);
  });

  it('makes summaries by itself where it is set to, takes one out as harmful and does not make it again', async () => {
    const { natsUrl } = await testServers();
    const config = loadConfig({
      NATS_URL: natsUrl,
      DATABASE_URL: database.url,
      SWITCHYARD_PREFIX: bus.prefix,
      SWITCHYARD_LOG_LEVEL: 'silent',
      SWITCHYARD_EMBEDDER: 'none',
      SWITCHYARD_CONSOLIDATION: 'chosen',
    });
    const scope = { tenant: 'summaries', user: 'ann' };
    for (const text of ['I live in Rome', 'My favourite colour is teal', 'I work at Acme'])
      await rpc.call(method.remember, { scope, text, provenance: { source: 'user' } });
    await rpc.call(method.putConsolidation, { tenant: scope.tenant, rounds: 'on' });
    expect(await rpc.call(method.getConsolidation, { tenant: scope.tenant })).toMatchObject({ rounds: 'on' });
    const list = async () => (await rpc.call(method.listMemories, { scope, kinds: ['summary'] })).memories;
    const restart = async () => {
      await Promise.all(replicas.map((replica) => replica.stop()));
      replicas = [await startService(serviceDefinition, { config }), await startService(serviceDefinition, { config })];
    };
    await restart();
    await waitFor(async () => (await list()).length === 1, { timeoutMs: 60_000 });
    const [summary] = await list();
    const ids = [summary?.id ?? ''];
    const act = await rpc.call(method.demote, { tenant: scope.tenant, ids, actor: 'evaluator', reason: 'worse' });
    expect(act).toMatchObject({ kind: 'demote', actor: 'evaluator', changed: 1 });
    await restart();
    expect(await rpc.call(method.consolidate, { scope })).toMatchObject({ made: [], refused: [] });
    expect(await list()).toEqual([]);
    await rpc.call(method.restore, { tenant: scope.tenant, actId: act.id });
    expect(await list()).toEqual([summary]);
  });

  it('counts a save once, whichever replicas it is delivered to', async () => {
    const save = { scope: { tenant: 'counts' }, text: 'said once', provenance: { callId: 'call_1', source: 'agent' } };
    const replies = await Promise.all(Array.from({ length: 20 }, () => rpc.call(method.remember, save)));
    expect(new Set(replies.map(({ id }) => id)).size).toBe(1);
    const { memories } = await rpc.call(method.listMemories, { scope: { tenant: 'counts' } });
    expect(memories.map(({ count }) => count)).toEqual([1]);
  });

  it.each([
    ['no scope', { text: 'x' }],
    ['no tenant', { scope: { user: 'ann' }, text: 'x' }],
    ['no text', { scope: { tenant: 'default' } }],
    ['nothing readable', { scope: { tenant: 'default' }, text: '\u0000' }],
    ['a huge text', { scope: { tenant: 'default' }, text: 'x'.repeat(65_537) }],
  ])('refuses %s with a coded error', async (_, request) => {
    await expect(rpc.call(method.remember, request)).rejects.toMatchObject({
      code: 'contract.invalid',
      retryable: false,
    });
  });

  it('keeps as much working memory as 16 KiB of UTF-8 hold, in whatever script, and says how much was too much', async () => {
    const put = (thread: string, text: string) =>
      rpc.call(method.putBlock, { scope: { tenant: 'default', thread }, text });
    for (const [thread, sign, times] of [
      ['latin', 'a', 16_384],
      ['greek', 'ω', 8_192],
      ['emoji', '😀', 4_096],
    ] as const) {
      expect((await put(thread, sign.repeat(times))).version).toBe(1);
      await expect(put(thread, sign.repeat(times + 1))).rejects.toMatchObject({
        code: 'contract.invalid',
        message: expect.stringMatching(/PutBlockRequest.text has 163\d\d bytes of UTF-8; at most 16384 are kept/),
      });
    }
  });

  it('answers a person who asks with plain JSON, and says what is wrong with it', async () => {
    const subject = bus.subjects.rpc('memory', 'remember');
    const ask = async (body: string) => (await bus.nc.request(subject, body, { timeout: 5_000 })).string();
    const reply: unknown = JSON.parse(await ask('{"scope":{"tenant":"person"},"text":"typed by hand"}'));
    expect(reply).toMatchObject({ text: 'typed by hand', count: 1, scope: { tenant: 'person' } });
    expect(await ask('{"scope":')).toContain('contract.malformed');
    expect(await ask('{"scop":{}}')).toContain('contract.malformed');
  });
});
