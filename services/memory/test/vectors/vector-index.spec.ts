import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ExactVectorIndex } from '../../src/vectors/exact-vector-index.js';
import { hasPgVector, PgVectorIndex, writeEmbeddings } from '../../src/vectors/pg-vector-index.js';
import { unit } from '../../src/vectors/quantise.js';
import { deleteVectors, writeVectors } from '../../src/vectors/stored-vectors.js';
import { pgliteFixture } from './pglite.fixture.js';

type Fixture = Awaited<ReturnType<typeof pgliteFixture>>;
let pglite: Fixture;
beforeAll(async () => {
  pglite = await pgliteFixture();
});
afterAll(() => pglite.close());

const EMBEDDER = 'test@24';
const DIMENSIONS = 24;
const MIB = 1_048_576;
/** A byte a dimension, over 24 of them: see quantise.spec.ts. */
const ROUNDING = 0.01;
let docs = 0;
let scopes = 0;

const vectorOf = (values: readonly number[]) => unit(Float32Array.from(values));
const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: DIMENSIONS, maxLength: DIMENSIONS });
const someVectors = fc.array(
  values.filter((list) => list.some((value) => value !== 0)),
  { minLength: 1, maxLength: 40 },
);

async function write(vectors: readonly Float32Array[], scopeId = String((scopes += 1))) {
  const made = vectors.map((vector) => ({ doc: String((docs += 1)), tenant: 't', scopeId, vector }));
  await writeVectors(pglite.query, EMBEDDER, made);
  await writeEmbeddings(pglite.query, EMBEDDER, made);
  return { scopeId, docs: made.map(({ doc }) => doc) };
}

describe('both indexes of vectors', () => {
  const exact = new ExactVectorIndex(64 * MIB);
  const both = () => [exact, new PgVectorIndex()];

  it('are there where Postgres has pgvector', async () => {
    expect(await hasPgVector(pglite.query)).toBe(true);
  });

  it('give the same within rounding on the same data, over one scope or several', async () => {
    await fc.assert(
      fc.asyncProperty(
        someVectors,
        someVectors,
        values,
        fc.integer({ min: 1, max: 12 }),
        async (one, two, asked, limit) => {
          const written = [await write(one.map(vectorOf)), await write(two.map(vectorOf))];
          const ids = written.map(({ scopeId }) => scopeId);
          const wanted = { embedder: EMBEDDER, vector: vectorOf(asked) };
          const [here = [], there = []] = await Promise.all(
            both().map((index) => index.search(pglite.query, ids, wanted, limit)),
          );
          expect(here).toHaveLength(Math.min(limit, one.length + two.length));
          expect(there).toHaveLength(here.length);
          // Where two are as near as rounding, either may stand first.
          here.forEach(({ cosine }, index) =>
            expect(Math.abs(cosine - (there[index]?.cosine ?? 9))).toBeLessThan(ROUNDING),
          );
          const all = written.flatMap((each) => each.docs);
          const [mine, theirs] = await Promise.all(both().map((index) => index.cosines(pglite.query, all, wanted)));
          expect(mine?.size).toBe(all.length);
          for (const [doc, cosine] of mine ?? [])
            expect(Math.abs(cosine - (theirs?.get(doc) ?? 9))).toBeLessThan(ROUNDING);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('know what was written, and what was deleted, before the next search', async () => {
    const [a, b, c] = [0, 1, 2].map((axis) =>
      vectorOf(Array.from({ length: DIMENSIONS }, (_, n) => (n === axis ? 1 : 0.01))),
    );
    if (!a || !b || !c) throw new Error('three vectors');
    const { scopeId, docs: first } = await write([a]);
    const wanted = { embedder: EMBEDDER, vector: b };
    const found = (limit: number) =>
      Promise.all(
        both().map(async (index) => (await index.search(pglite.query, [scopeId], wanted, limit)).map(({ doc }) => doc)),
      );
    expect(await found(5)).toEqual([first, first]);
    const { docs: second } = await write([b, c], scopeId);
    const order = [second[0], ...((await found(3))[0] ?? []).slice(1)];
    expect(await found(3)).toEqual([order, order]);
    expect(await deleteVectors(pglite.query, [second[0] ?? ''])).toBe(1);
    const left = await found(5);
    for (const docsLeft of left) expect([...docsLeft].sort()).toEqual([first[0], second[1]].sort());
  });

  it('compare only what one embedder made, and find nothing where there is nothing', async () => {
    const { scopeId } = await write([vectorOf(Array.from({ length: DIMENSIONS }, () => 1))]);
    const vector = vectorOf(Array.from({ length: DIMENSIONS }, () => 1));
    for (const index of both()) {
      expect(await index.search(pglite.query, [scopeId], { embedder: 'other@24', vector }, 5)).toEqual([]);
      expect(await index.search(pglite.query, ['999999'], { embedder: EMBEDDER, vector }, 5)).toEqual([]);
      expect((await index.cosines(pglite.query, [], { embedder: EMBEDDER, vector })).size).toBe(0);
    }
  });
});

describe('the index in this process', () => {
  it('keeps as much as it may, and reads again what it let go', async () => {
    const many = Array.from({ length: 50 }, (_, n) =>
      vectorOf(Array.from({ length: DIMENSIONS }, (__, m) => ((n * 7 + m) % 11) - 5)),
    );
    const small = new ExactVectorIndex(6_000);
    const written = [await write(many), await write(many), await write(many)];
    const wanted = { embedder: EMBEDDER, vector: many[3] ?? new Float32Array(DIMENSIONS) };
    for (let round = 0; round < 3; round += 1)
      for (const { scopeId, docs: ids } of written)
        expect((await small.search(pglite.query, [scopeId], wanted, 1))[0]?.doc).toBe(ids[3]);
    await expect(
      small.search(
        pglite.query,
        written
          .flatMap(({ scopeId }) => [scopeId, scopeId])
          .concat((await write([...many, ...many, ...many, ...many])).scopeId),
        wanted,
        1,
      ),
    ).rejects.toMatchObject({ code: 'memory.vectors.exhausted' });
  });

  it('is read once by many who ask at the same time', async () => {
    const index = new ExactVectorIndex(64 * MIB);
    const { scopeId } = await write([vectorOf(Array.from({ length: DIMENSIONS }, () => 1))]);
    let reads = 0;
    const counting: Fixture['query'] = (name, text, parameters) => {
      if (name === 'memory_vectors_since') reads += 1;
      return pglite.query(name, text, parameters);
    };
    const wanted = { embedder: EMBEDDER, vector: vectorOf(Array.from({ length: DIMENSIONS }, () => 1)) };
    const found = await Promise.all(Array.from({ length: 10 }, () => index.search(counting, [scopeId], wanted, 1)));
    expect(found.every((hits) => hits.length === 1)).toBe(true);
    expect(reads).toBe(1);
  });
});
