import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ExactVectorIndex } from '../../src/vectors/exact-vector-index.js';
import { hasPgVector, PgVectorIndex, writeEmbeddings } from '../../src/vectors/pg-vector-index.js';
import { unit } from '../../src/vectors/quantise.js';
import { deleteVectors, deleteVectorsOfOthers, writeVectors } from '../../src/vectors/stored-vectors.js';
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

describe('vectors of zeros', () => {
  it('are near nothing, to both indexes', async () => {
    const ones = vectorOf(Array.from({ length: DIMENSIONS }, () => 1));
    const { scopeId, docs: written } = await write([new Float32Array(DIMENSIONS), ones, ones.map((value) => -value)]);
    const wanted = { embedder: EMBEDDER, vector: ones };
    for (const index of [new ExactVectorIndex(MIB), new PgVectorIndex()]) {
      const hits = await index.search(pglite.query, [scopeId], wanted, 5);
      expect(hits.map(({ doc }) => doc)).toEqual([written[1], written[2]]);
      const cosines = await index.cosines(pglite.query, written, wanted);
      expect(cosines.get(written[0] ?? '')).toBe(0);
      expect(cosines.get(written[2] ?? '')).toBeCloseTo(-1, 2);
    }
  });
});

describe('an HNSW index', () => {
  it('that an operator adds is used, and finds the same', async () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      vectorOf(Array.from({ length: DIMENSIONS }, (__, m) => Math.sin(n * 12.9898 + m * 78.233))),
    );
    const { scopeId } = await write(many);
    await pglite.rows(
      `CREATE INDEX embeddings_hnsw ON memory.embeddings USING hnsw ((embedding::vector(${DIMENSIONS})) vector_cosine_ops)
       WHERE embedder = '${EMBEDDER}'`,
    );
    await pglite.rows('SET hnsw.iterative_scan = strict_order');
    for (const other of ['seqscan', 'bitmapscan', 'sort']) await pglite.rows(`SET enable_${other} = off`);
    let plan = '';
    const explaining: Fixture['query'] = async (name, text, parameters) => {
      plan = JSON.stringify(await pglite.rows(`EXPLAIN ${text}`, parameters));
      return pglite.query(name, text, parameters);
    };
    const wanted = { embedder: EMBEDDER, vector: many[7] ?? new Float32Array(DIMENSIONS) };
    const found = await new PgVectorIndex().search(explaining, [scopeId], wanted, 5);
    expect(plan).toContain('embeddings_hnsw');
    const exact = await new ExactVectorIndex(MIB).search(pglite.query, [scopeId], wanted, 5);
    expect(found[0]?.doc).toBe(exact[0]?.doc);
    expect(found.map(({ cosine }) => cosine)).toEqual(exact.map(({ cosine }): unknown => expect.closeTo(cosine, 2)));
    await pglite.rows('DROP INDEX memory.embeddings_hnsw');
    await pglite.rows('RESET ALL');
  });
});

describe('the index in this process', () => {
  const axis = (at: number) => vectorOf(Array.from({ length: DIMENSIONS }, (_, n) => (n === at ? 1 : 0.01)));
  const counting = () => {
    const asked: string[] = [];
    const query: Fixture['query'] = (name, text, parameters) => {
      asked.push(name);
      return pglite.query(name, text, parameters);
    };
    return { asked, query };
  };

  it('drops what was deleted without reading again what is left, and takes up what is made anew', async () => {
    const index = new ExactVectorIndex(MIB);
    const { scopeId, docs: written } = await write([axis(0), axis(1), axis(2)]);
    const wanted = { embedder: EMBEDDER, vector: axis(1) };
    await index.search(pglite.query, [scopeId], wanted, 5);
    await deleteVectors(pglite.query, [written[1] ?? '']);
    const { asked, query } = counting();
    expect((await index.search(query, [scopeId], wanted, 5)).map(({ doc }) => doc).sort()).toEqual(
      [written[0], written[2]].sort(),
    );
    expect(asked).toEqual(['memory_vector_revisions', 'memory_vector_docs']);
    const again = { doc: written[1] ?? '', tenant: 't', scopeId, vector: axis(1) };
    await writeVectors(pglite.query, EMBEDDER, [again]);
    expect((await index.search(query, [scopeId], wanted, 1)).map(({ doc }) => doc)).toEqual([written[1]]);
  });

  it('knows vectors that are made anew after an embedder was given up for a time', async () => {
    const index = new ExactVectorIndex(MIB);
    const { scopeId, docs: written } = await write([axis(0), axis(1)]);
    await write([axis(2)], scopeId);
    const wanted = { embedder: EMBEDDER, vector: axis(1) };
    await index.search(pglite.query, [scopeId], wanted, 5);
    while ((await deleteVectorsOfOthers(pglite.query, 'another@24', 7)) > 0);
    expect(await pglite.rows('SELECT 1 FROM memory.vector_scopes WHERE vectors <> 0')).toEqual([]);
    const again = { doc: written[1] ?? '', tenant: 't', scopeId, vector: axis(1) };
    await writeVectors(pglite.query, EMBEDDER, [again]);
    expect((await index.search(pglite.query, [scopeId], wanted, 5)).map(({ doc }) => doc)).toEqual([written[1]]);
  });

  it('gives others a turn while it compares much, and finds the same', async () => {
    const many = Array.from({ length: 200 }, (_, n) => axis(n % DIMENSIONS));
    const written = [await write(many), await write(many)].map(({ scopeId }) => scopeId);
    const wanted = { embedder: EMBEDDER, vector: axis(3) };
    const [atOnce, inTurns] = [new ExactVectorIndex(MIB), new ExactVectorIndex(MIB, 50 * DIMENSIONS)];
    const expected = await atOnce.search(pglite.query, written, wanted, 20);
    let turns = 0;
    const count = () => {
      turns += 1;
      ticking = setImmediate(count);
    };
    let ticking = setImmediate(count);
    const found = await inTurns.search(
      (name, text, parameters) => pglite.query(name, text, parameters),
      written,
      wanted,
      20,
    );
    clearImmediate(ticking);
    expect(found).toEqual(expected);
    expect(turns).toBeGreaterThanOrEqual(7);
  });

  it('lets those that waited for a failed reading read by themselves', async () => {
    const index = new ExactVectorIndex(MIB);
    const { scopeId } = await write([axis(0)]);
    const wanted = { embedder: EMBEDDER, vector: axis(0) };
    const failing: Fixture['query'] = (name, text, parameters) =>
      name === 'memory_vectors_since' ? Promise.reject(new Error('cut off')) : pglite.query(name, text, parameters);
    const [first, second] = await Promise.allSettled([
      index.search(failing, [scopeId], wanted, 1),
      index.search(pglite.query, [scopeId], wanted, 1),
    ]);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'cut off' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: [{ cosine: expect.closeTo(1, 2) }] });
  });

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
