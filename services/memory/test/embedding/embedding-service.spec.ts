import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { create, CorrectRequestSchema } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { createLogger, metrics } from '@switchyard/telemetry';
import { EmbeddingRepository } from '../../src/embedding/embedding.repository.js';
import { EmbeddingService } from '../../src/embedding/embedding.service.js';
import { HttpEmbedder } from '../../src/embedding/http-embedder.js';
import { memoryFixture, type MemoryFixture } from '../../src/memory.fixture.js';
import { embeddingsServer, type EmbeddingsServer } from './embeddings-server.fixture.js';

let server: EmbeddingsServer;
let memory: MemoryFixture;
let repository: EmbeddingRepository;
beforeEach(async () => {
  server = await embeddingsServer();
  memory = await memoryFixture();
  repository = new EmbeddingRepository(memory.dataSource);
});
afterEach(async () => {
  await memory.close();
  await server.close();
});

const MINUTE_MS = 60_000;
const scope = { tenant: 'default', user: 'ann' };
const remember = (text: string) => memory.remember({ scope, text });
const time = { now: Date.now() };
const serviceOf = (model: string, idleMs?: number) =>
  new EmbeddingService(
    repository,
    new HttpEmbedder({ url: server.url, model, key: undefined, dimensions: 32 }),
    createLogger('test', { level: 'silent' }),
    () => new Date(time.now),
    idleMs,
  );
async function drain(service: EmbeddingService): Promise<void> {
  while ((await service.round()) > 0);
}
const vectors = () =>
  sql<{ text: string; embedder: string; scale: number }>(
    memory.dataSource,
    'SELECT m.text, v.embedder, v.scale FROM memory.vectors v JOIN memory.memories m USING (doc) ORDER BY v.embedder, doc',
  );

describe('making vectors in the background', () => {
  it('is not kept from the others by one text that the embedder refuses', async () => {
    for (const text of ['the heron nests', 'a poisoned text', 'lunch is at noon']) await remember(text);
    server.refuses = (text) => text.includes('poisoned');
    await drain(serviceOf('first'));
    const made = await vectors();
    expect(made.map(({ text, scale }) => [text, scale > 0])).toEqual([
      ['the heron nests', true],
      ['a poisoned text', false],
      ['lunch is at noon', true],
    ]);
    expect(await repository.pending()).toBe(0);
  });

  it('takes it for the fault of the embedder where it refuses everything, and loses nothing', async () => {
    await remember('the heron nests');
    await remember('lunch is at noon');
    server.refuses = () => true;
    await expect(serviceOf('first').round()).rejects.toMatchObject({ code: 'memory.embedder.text.invalid' });
    expect([await repository.pending(), (await vectors()).length]).toEqual([2, 0]);
    server.refuses = () => false;
    await drain(serviceOf('first'));
    expect([await repository.pending(), (await vectors()).length]).toEqual([0, 2]);
  });

  it('of a new embedder looks for what replicas with the one before took away, before it deletes theirs', async () => {
    await remember('the heron nests');
    const [first, second] = [serviceOf('first'), serviceOf('second')];
    await drain(first);
    await repository.queueMissing('http:second@32');
    // One replica is not rolled over yet.
    await drain(first);
    expect(await repository.pending()).toBe(0);
    await remember('lunch is at noon');
    await drain(first);
    await second.settle();
    expect((await vectors()).filter(({ embedder }) => embedder === 'http:first@32')).toHaveLength(2);
    await drain(second);
    await second.settle();
    expect((await vectors()).map(({ text, embedder }) => [text, embedder])).toEqual([
      ['the heron nests', 'http:second@32'],
      ['lunch is at noon', 'http:second@32'],
    ]);
    // What it writes after that is made anew too, and deleted by the next start alone.
    await remember('the kettle is red');
    await drain(first);
    time.now += 6 * MINUTE_MS;
    await second.settle();
    await drain(second);
    await second.settle();
    expect((await vectors()).map(({ embedder }) => embedder)).toEqual([
      'http:first@32',
      'http:second@32',
      'http:second@32',
      'http:second@32',
    ]);
    await serviceOf('second').settle();
    expect((await vectors()).map(({ embedder }) => embedder)).toEqual(Array(3).fill('http:second@32'));
  });

  it('starts, embeds what is there, counts it, says why it fails, and stops', async () => {
    await remember('the heron nests');
    const embedded = async () => (await metrics.text()).match(/^switchyard_memory_embedded_total (\d+)/m)?.[1];
    const before = Number((await embedded()) ?? 0);
    server.fault = { status: 503 };
    const service = serviceOf('first');
    service.start();
    const until = async (holds: () => boolean | Promise<boolean>) => {
      while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
    };
    await until(() => service.failing !== '');
    expect(service.failing).toContain('answers 503');
    server.fault = undefined;
    await until(async () => (await vectors()).length === 1);
    await until(() => service.failing === '');
    await service.stop();
    expect(Number(await embedded())).toBe(before + 1);
    expect(await metrics.text()).toMatch(/^switchyard_memory_embedding_pending \d/m);
  });

  it('begins at once when it is told of a write, and not only when it looks again', async () => {
    const service = serviceOf('first', 3_600_000);
    service.start();
    for (const text of ['the heron nests', 'lunch is at noon']) {
      await remember(text);
      service.wake();
      while ((await repository.pending()) > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await service.stop();
    expect(await vectors()).toHaveLength(2);
  });

  it('begins at once when a statement is put in the place of another', async () => {
    const service = serviceOf('first', 3_600_000);
    const corrections = memory.correctionBeside(service);
    const { id } = await remember('the heron nests');
    service.start();
    while ((await repository.pending()) > 0) await new Promise((resolve) => setImmediate(resolve));
    const request = create(CorrectRequestSchema, { tenant: 'default', id, text: 'the stork nests' });
    await corrections.correct(request);
    while ((await repository.pending()) > 0) await new Promise((resolve) => setImmediate(resolve));
    await service.stop();
    expect((await vectors()).map(({ text }) => text)).toEqual(['the heron nests', 'the stork nests']);
  });

  it('never waits for what was erased', async () => {
    const { id } = await remember('the heron nests');
    await repository.queueMissing('http:first@32');
    await memory.forget('default', id);
    expect(await repository.pending()).toBe(0);
    expect(await repository.queueMissing('http:first@32')).toBe(0);
    expect(await serviceOf('first').round()).toBe(0);
  });
});
