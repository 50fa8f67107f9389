import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '@switchyard/persistence';
import { createLogger } from '@switchyard/telemetry';
import { EmbeddingRepository } from '../../src/embedding/embedding.repository.js';
import { EmbeddingService } from '../../src/embedding/embedding.service.js';
import { HttpEmbedder } from '../../src/embedding/http-embedder.js';
import { VectorSemantics } from '../../src/embedding/vector-semantics.js';
import { memoryFixture, type MemoryFixture } from '../../src/memory.fixture.js';
import type { Semantics } from '../../src/semantics.js';
import { ExactVectorIndex } from '../../src/vectors/exact-vector-index.js';
import { embeddingsServer, type EmbeddingsServer } from './embeddings-server.fixture.js';

const MIB = 1_048_576;
let server: EmbeddingsServer;
let memory: MemoryFixture;
let embedders: HttpEmbedder[];
/** What recall uses; tests put other embedders in. */
let semantics: Semantics;

const modelOf = (model: string) => new HttpEmbedder({ url: server.url, model, key: undefined, dimensions: 32 });
const serviceOf = (embedder: HttpEmbedder) =>
  new EmbeddingService(
    new EmbeddingRepository(memory.dataSource),
    embedder,
    createLogger('test', { level: 'silent' }),
    () => new Date(),
  );
async function embedAll(embedder: HttpEmbedder): Promise<void> {
  const service = serviceOf(embedder);
  await new EmbeddingRepository(memory.dataSource).queueMissing(embedder.version);
  while ((await service.round()) > 0);
}
const count = async (table: string) => {
  const [row] = await sql<{ n: string }>(memory.dataSource, `SELECT count(*) AS n FROM memory.${table}`);
  return Number(row?.n);
};

beforeEach(async () => {
  server = await embeddingsServer();
  embedders = [modelOf('first')];
  semantics = new VectorSemantics(new ExactVectorIndex(MIB), embedders);
  memory = await memoryFixture({ read: (query) => semantics.read(query) });
});
afterEach(async () => {
  await memory.close();
  await server.close();
});

const scope = { tenant: 'default', user: 'ann' };
const recall = (query: string) => memory.recallWhole({ scope, query });

describe('memories and their vectors', () => {
  it('are found by words at once, and by meaning when they have their vectors', async () => {
    await memory.remember({ scope, text: 'the heron nests by the river' });
    await memory.remember({ scope, text: 'lunch is at noon' });
    const before = await recall('heron');
    expect(before.memories?.map(({ memory: hit }) => hit?.text)).toEqual(['the heron nests by the river']);
    await embedAll(modelOf('first'));
    expect([await count('vectors'), await count('to_embed')]).toEqual([2, 0]);
    const after = await recall('heron river');
    expect(after).toMatchObject({ degraded: '' });
    expect(after.memories?.[0]?.why).toMatch(/matches "heron".*; meaning 0\.\d\d/);
    expect(after.memories?.[0]?.parts).toMatchObject({ vector: expect.any(Number) });
  });

  it('go without where the embedder is down, and say so', async () => {
    await memory.remember({ scope, text: 'the heron nests by the river' });
    await embedAll(modelOf('first'));
    server.fault = { status: 503 };
    const { memories, degraded } = await recall('heron nests');
    expect(memories).toHaveLength(1);
    expect(degraded).toContain('answers 503');
    // Writing goes on; what is written waits.
    await memory.remember({ scope, text: 'written meanwhile' });
    await expect(serviceOf(modelOf('first')).round()).rejects.toMatchObject({ code: 'memory.embedder.unavailable' });
    expect(await count('to_embed')).toBe(1);
    server.fault = undefined;
    await embedAll(modelOf('first'));
    expect([await count('vectors'), await count('to_embed')]).toEqual([2, 0]);
  });

  it('are made once, however many replicas make them', async () => {
    for (let n = 0; n < 60; n += 1) await memory.remember({ scope, text: `memory number ${n} of many` });
    const replica = async () => {
      const service = serviceOf(modelOf('first'));
      while ((await service.round()) > 0);
    };
    await Promise.all([replica(), replica(), replica()]);
    const inputs = server.asked.flatMap(({ input }) => input);
    expect(inputs).toHaveLength(60);
    expect([await count('vectors'), await count('to_embed')]).toEqual([60, 0]);
  });

  it('are none of what was erased while they were made', async () => {
    const { id } = await memory.remember({ scope, text: 'the heron nests by the river' });
    const repository = new EmbeddingRepository(memory.dataSource);
    const [waiting] = await repository.claim(1, 60_000, new Date());
    const [vector = new Float32Array(32)] = await modelOf('first').embed([waiting?.text ?? '']);
    await memory.forget('default', id);
    const made = { doc: waiting?.doc ?? '', tenant: 'default', scopeId: waiting?.scope_id ?? '', vector };
    expect(await repository.finish('http:first@32', [made])).toBe(0);
    expect([await count('vectors'), await count('to_embed')]).toEqual([0, 0]);
  });

  it('of the embedder before serve until the new one has made its own, and go then', async () => {
    await memory.remember({ scope, text: 'the heron nests by the river' });
    await memory.remember({ scope, text: 'lunch is at noon' });
    await embedAll(modelOf('first'));
    semantics = new VectorSemantics(new ExactVectorIndex(MIB), [modelOf('second'), modelOf('first')]);
    server.asked.length = 0;
    const vectorPart = async () => (await recall('heron river')).memories?.[0]?.parts?.vector ?? 0;
    expect(await vectorPart()).toBeGreaterThan(0);
    expect(server.asked.some(({ model }) => model === 'first')).toBe(true);
    await embedAll(modelOf('second'));
    expect(await count('vectors')).toBe(4);
    const repository = new EmbeddingRepository(memory.dataSource);
    expect(await repository.versions()).toEqual(['http:first@32', 'http:second@32']);
    while (await repository.deleteOthers('http:second@32', 1));
    expect(await repository.versions()).toEqual(['http:second@32']);
    expect(await vectorPart()).toBeGreaterThan(0);
    expect(await count('vectors')).toBe(2);
  });
});
