import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { retryAfterOf } from '../../src/embedding/embedder-error.js';
import { HttpEmbedder } from '../../src/embedding/http-embedder.js';
import { readRetryAfter } from '../../src/embedding/retry-after.js';
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

  it('that refuses a long text is given less of it, and what it refuses then is named as such', async () => {
    server.refuses = (text) => text.length > 5_000;
    const [vector] = await embedder.embed(['heron '.repeat(10_000)]);
    expect(vector).toHaveLength(32);
    expect(server.asked.map(({ input }) => input[0]?.length)).toEqual([24_000, 12_000, 6_000, 3_000]);
    server.refuses = (text) => text.includes('heron');
    await expect(embedder.embed(['owl', 'heron'])).rejects.toMatchObject({ code: 'memory.embedder.text.invalid' });
  });

  it('is left alone for as long as it asks', async () => {
    server.fault = { status: 429, headers: { 'retry-after': '7' } };
    const error: unknown = await embedder.embed(['text']).catch((reason: unknown) => reason);
    expect(retryAfterOf(error)).toBe(7_000);
    expect(readRetryAfter('Fri, 27 Nov 2026 10:00:09 GMT', Date.parse('2026-11-27T10:00:00Z'))).toBe(9_000);
    expect(['', 'soon', '-1', 'Thu, 01 Jan 1970 00:00:00 GMT'].map((header) => readRetryAfter(header, 1))).toEqual([
      0, 0, 0, 0,
    ]);
    expect(readRetryAfter('999999', 0)).toBe(3_600_000);
  });

  it('that gives numbers without bounds is refused', async () => {
    const embedding = ['1e39', ...Array<string>(31).fill('0')].join(',');
    server.fault = { status: 200, body: `{"data":[{"index":0,"embedding":[${embedding}]}]}` };
    await expect(embedder.embed(['text'])).rejects.toMatchObject({ code: 'memory.embedder.invalid' });
    server.fault = { status: 200, body: ' '.repeat(33_554_433) };
    await expect(embedder.embed(['text'])).rejects.toMatchObject({
      code: 'memory.embedder.invalid',
      message: expect.stringContaining('longer than 33554432 bytes'),
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
