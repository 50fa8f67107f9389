import { describe, expect, it } from '@jest/globals';
import type { Query } from '../vectors/query.js';
import type { VectorIndex, VectorQuery } from '../vectors/vector-index.js';
import type { Embedder } from './embedder.js';
import { embedderUnavailable } from './embedder-error.js';
import { VectorSemantics } from './vector-semantics.js';

const embedderOf = (version: string, embed: Embedder['embed']): Embedder => ({
  version,
  dimensions: 1,
  embed,
  close: () => Promise.resolve(),
});
const answers = (version: string) => embedderOf(version, () => Promise.resolve([Float32Array.of(1)]));

/** An index that tells in which space it was asked. */
function recording() {
  const asked: string[] = [];
  const index: VectorIndex = {
    kind: 'exact',
    search: (_query, _scopes, { embedder }: VectorQuery) => {
      asked.push(embedder);
      return Promise.resolve([{ doc: '1', cosine: 1 }]);
    },
    cosines: () => Promise.resolve(new Map([['1', 1]])),
  };
  return { asked, index };
}

/** The vectors that each embedder has. */
const holding =
  (vectors: Record<string, number>): Query =>
  <Row extends object>() =>
    Promise.resolve(
      Object.entries(vectors).map(([embedder, count]) => ({ embedder, vectors: String(count) })) as Row[],
    );

describe('what is near in meaning', () => {
  it('is not waited for longer than a recall may take, and goes without then', async () => {
    const { index } = recording();
    const never = embedderOf('slow', () => new Promise(() => undefined));
    const reading = new VectorSemantics(index, [never], 1).read('heron');
    expect(await reading.nearest(holding({}), ['1'], 5)).toEqual([]);
    expect(reading.without).toContain('took longer than 1 ms');
    expect((await reading.cosines(holding({}), ['1'])).size).toBe(0);
  });

  it('goes without an embedder that is down, and says why', async () => {
    const { index } = recording();
    const down = embedderOf('down', () => Promise.reject(embedderUnavailable('it is down')));
    const reading = new VectorSemantics(index, [down]).read('heron');
    expect(await reading.nearest(holding({}), ['1'], 5)).toEqual([]);
    expect(reading.without).toContain('it is down');
  });

  it('does not take a fault of its own for an embedder that is down', async () => {
    const { index } = recording();
    const broken = { ...index, search: () => Promise.reject(new TypeError('a mistake')) };
    const reading = new VectorSemantics(broken, [answers('new')]).read('heron');
    await expect(reading.nearest(holding({}), ['1'], 5)).rejects.toThrow('a mistake');
  });

  it.each([
    [{ new: 3, old: 9 }, 'old'],
    [{ new: 9, old: 9 }, 'new'],
    [{ old: 1 }, 'old'],
    [{}, 'new'],
  ])('is read in the space that holds most of %j', async (vectors, space) => {
    const { asked, index } = recording();
    const reading = new VectorSemantics(index, [answers('new'), answers('old')]).read('heron');
    await reading.nearest(holding(vectors), ['1'], 5);
    expect(asked).toEqual([space]);
  });

  it('is read in the space of the one before while the new one is down', async () => {
    const { asked, index } = recording();
    const down = embedderOf('new', () => Promise.reject(embedderUnavailable('it is down')));
    const reading = new VectorSemantics(index, [down, answers('old')]).read('heron');
    expect(await reading.nearest(holding({ old: 4 }), ['1'], 5)).toHaveLength(1);
    expect([asked, reading.without]).toEqual([['old'], '']);
  });
});
