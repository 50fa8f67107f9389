import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { LocalEmbedder } from '../../src/embedding/local-embedder.js';

const embedder = new LocalEmbedder();
afterAll(() => embedder.close());

const cosine = (one: Float32Array | undefined, other: Float32Array | undefined) =>
  [...(one ?? [])].reduce((sum, value, index) => sum + value * (other?.[index] ?? 0), 0);

describe('the embedder that comes with the platform', () => {
  it('gives the cosines that are commonly quoted for all-MiniLM-L6-v2', async () => {
    const [person, dog, sunny] = await embedder.embed([
      'That is a happy person',
      'That is a happy dog',
      'Today is a sunny day',
    ]);
    const [very] = await embedder.embed(['That is a very happy person']);
    expect(person).toHaveLength(embedder.dimensions);
    expect(cosine(person, dog)).toBeCloseTo(0.695, 2);
    expect(cosine(person, very)).toBeCloseTo(0.943, 2);
    expect(cosine(person, sunny)).toBeCloseTo(0.257, 2);
    expect(cosine(person, person)).toBeCloseTo(1, 4);
  });

  it('reads long texts to their tails', async () => {
    const filler = 'The committee met again and discussed the agenda of the next meeting. '.repeat(40);
    const [long, without, question] = await embedder.embed([
      `${filler}The cat had three kittens in the barn.`,
      filler,
      'How many kittens did the cat have?',
    ]);
    expect(cosine(long, question)).toBeGreaterThan(cosine(without, question) + 0.05);
  });

  it('takes what is no text for a text', async () => {
    const vectors = await embedder.embed(['', '\ud800', '🎉', 'x'.repeat(50_000), 'مرحبا بالعالم', '\u0000']);
    for (const vector of vectors) {
      expect(vector).toHaveLength(embedder.dimensions);
      expect(vector.every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  it('lets what is urgent go before what waits', async () => {
    const done: string[] = [];
    const later = Array.from({ length: 6 }, (_, n) =>
      embedder.embed([`background text ${n}`]).then(() => done.push('later')),
    );
    await embedder.embed(['a query'], { urgent: true }).then(() => done.push('urgent'));
    await Promise.all(later);
    expect(done.indexOf('urgent')).toBeLessThan(3);
  });

  it('refuses when it is closed, and tells those that wait', async () => {
    const closing = new LocalEmbedder();
    const waiting = [closing.embed(['one']), closing.embed(['two'])].map((work) =>
      expect(work).rejects.toMatchObject({ code: 'memory.embedder.unavailable', retryable: true }),
    );
    await closing.close();
    await Promise.all(waiting);
    await expect(closing.embed(['three'])).rejects.toMatchObject({ code: 'memory.embedder.unavailable' });
  });
});

describe('the embedder that comes with the platform, where its weights are not there', () => {
  it('is unavailable, says why, and starts no thread anew until it has rested', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-embedder-'));
    const starts = join(folder, 'starts');
    const program = new URL(
      `data:text/javascript,${encodeURIComponent(
        `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(starts)}, 'x'); await import('@lat.md/no-such-weights');`,
      )}`,
    );
    const time = { now: 0 };
    const broken = new LocalEmbedder({ program, now: () => time.now });
    const unavailable = {
      code: 'memory.embedder.unavailable',
      retryable: true,
      message: expect.stringContaining('@lat.md/no-such-weights'),
    };
    await expect(broken.embed(['one'])).rejects.toMatchObject(unavailable);
    await expect(broken.embed(['two'], { urgent: true })).rejects.toMatchObject(unavailable);
    expect(await readFile(starts, 'utf8')).toBe('x');
    time.now += 30_000;
    await expect(broken.embed(['three'])).rejects.toMatchObject(unavailable);
    expect(await readFile(starts, 'utf8')).toBe('xx');
    await broken.close();
    await rm(folder, { recursive: true });
  });

  it('holds no more waiting texts than it can make in a few seconds', async () => {
    const stuck = new LocalEmbedder({ program: new URL('data:text/javascript,setInterval(()=>{},1000)') });
    const waiting = Array.from({ length: 513 }, () => stuck.embed(['text']).catch((error: unknown) => error));
    await expect(stuck.embed(['one more'])).rejects.toMatchObject({
      code: 'memory.embedder.unavailable',
      message: expect.stringContaining('wait for it already'),
    });
    await stuck.close();
    expect(await Promise.all(waiting)).toHaveLength(513);
  });
});
