import { describe, expect, it } from '@jest/globals';
import { CachedQueries } from '../../src/embedding/cached-queries.js';
import type { Embedder } from '../../src/embedding/embedder.js';
import { embedderUnavailable, textsRefused } from '../../src/embedding/embedder-error.js';

const PATIENCE_MS = 1_000;

function queries() {
  const time = { now: 0 };
  const asked: string[] = [];
  const state: { answer: (text: string) => Promise<Float32Array[]> } = {
    answer: () => Promise.resolve([Float32Array.of(1)]),
  };
  const embedder: Embedder = {
    version: 'test@1',
    dimensions: 1,
    embed: ([text = '']) => {
      asked.push(text);
      return state.answer(text);
    },
    close: () => Promise.resolve(),
  };
  return { time, asked, state, cached: new CachedQueries(embedder, PATIENCE_MS, () => time.now) };
}

describe('vectors of queries', () => {
  it('are made once for the same words', async () => {
    const { cached, asked } = queries();
    await Promise.all([cached.vectorOf('heron'), cached.vectorOf('heron')]);
    await cached.vectorOf('heron');
    expect(asked).toEqual(['heron']);
  });

  it('are not asked of an embedder that has just failed, and are again after its rest', async () => {
    const { cached, asked, state, time } = queries();
    state.answer = () => Promise.reject(embedderUnavailable('it is down'));
    for (const query of ['one', 'two', 'one'])
      await expect(cached.vectorOf(query)).rejects.toMatchObject({ code: 'memory.embedder.unavailable' });
    expect(asked).toEqual(['one']);
    state.answer = () => Promise.resolve([Float32Array.of(1)]);
    time.now += 5_000;
    expect(await cached.vectorOf('two')).toEqual(Float32Array.of(1));
  });

  it('are not waited for behind one that takes longer than a recall would wait', async () => {
    const { cached, asked, state, time } = queries();
    const slow: { answer: (vectors: Float32Array[]) => void } = { answer: () => undefined };
    state.answer = () => new Promise((resolve) => (slow.answer = resolve));
    const first = cached.vectorOf('one');
    time.now += PATIENCE_MS;
    await expect(cached.vectorOf('two')).rejects.toMatchObject({ code: 'memory.embedder.unavailable' });
    expect(asked).toEqual(['one']);
    slow.answer([Float32Array.of(2)]);
    expect(await first).toEqual(Float32Array.of(2));
    state.answer = () => Promise.resolve([Float32Array.of(3)]);
    expect(await cached.vectorOf('two')).toEqual(Float32Array.of(3));
  });

  it('that are refused by themselves do not stand for the others', async () => {
    const { cached, state } = queries();
    state.answer = (text) =>
      text === 'bad' ? Promise.reject(textsRefused('it answers 400')) : Promise.resolve([Float32Array.of(1)]);
    await expect(cached.vectorOf('bad')).rejects.toMatchObject({ code: 'memory.embedder.text.invalid' });
    expect(await cached.vectorOf('good')).toEqual(Float32Array.of(1));
  });
});
