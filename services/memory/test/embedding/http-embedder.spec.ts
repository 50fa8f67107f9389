import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpEmbedder } from '../../src/embedding/http-embedder.js';
import { embeddingsServer, type EmbeddingsServer } from './embeddings-server.fixture.js';

let server: EmbeddingsServer;
let embedder: HttpEmbedder;
beforeEach(async () => {
  server = await embeddingsServer();
  embedder = new HttpEmbedder({ url: server.url, model: 'small', key: 'sk-hidden', dimensions: 32 });
});
afterEach(() => server.close());

describe('an embedder over HTTP', () => {
  it('asks as OpenAI is asked, and takes vectors by their index', async () => {
    const texts = Array.from({ length: 70 }, (_, n) => `text number ${'abcdefghij'[n % 10] ?? ''}${n}`);
    const vectors = await embedder.embed(texts);
    expect(server.asked.map(({ input }) => input.length)).toEqual([32, 32, 6]);
    expect(server.asked[0]).toMatchObject({ authorization: 'Bearer sk-hidden', model: 'small' });
    const [first] = await embedder.embed([texts[0] ?? '']);
    expect(vectors[0]).toEqual(first);
    expect(Math.hypot(...(vectors[69] ?? []))).toBeCloseTo(1, 5);
    expect(embedder.version).toBe('http:small@32');
  });

  it.each([
    ['is overloaded', { status: 429 }, 'memory.embedder.unavailable', true],
    ['fails', { status: 500, body: 'sk-hidden' }, 'memory.embedder.unavailable', true],
    ['knows no such key', { status: 401, body: 'key sk-hidden is wrong' }, 'memory.embedder.invalid', false],
    ['answers with something else', { status: 200, body: '{"data":"no"}' }, 'memory.embedder.invalid', false],
    ['answers with no JSON', { status: 200, body: '<html>' }, 'memory.embedder.unavailable', true],
    ['leaves a vector out', { status: 200, body: '{"data":[]}' }, 'memory.embedder.invalid', false],
  ])('that %s gives a coded error without the key', async (_, fault, code, retryable) => {
    server.fault = fault;
    const error: unknown = await embedder.embed(['text']).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, retryable });
    expect(String(error)).not.toContain('sk-hidden');
  });

  it('that changes its dimension is refused, and told how to go on', async () => {
    server.dimensions = 16;
    await expect(embedder.embed(['text'])).rejects.toMatchObject({
      code: 'memory.embedder.invalid',
      message: expect.stringMatching(/16 dimensions where 32 are set.*SWITCHYARD_EMBEDDER/),
    });
  });

  it('that is not there is unavailable', async () => {
    await server.close();
    await expect(embedder.embed(['text'])).rejects.toMatchObject({
      code: 'memory.embedder.unavailable',
      retryable: true,
    });
    server = await embeddingsServer();
  });
});
