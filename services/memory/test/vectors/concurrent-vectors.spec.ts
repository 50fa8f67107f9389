import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { inTransaction } from '@switchyard/persistence';
import { memoryFixture, type MemoryFixture } from '../../src/memory.fixture.js';
import { ExactVectorIndex } from '../../src/vectors/exact-vector-index.js';
import { unit } from '../../src/vectors/quantise.js';
import { queryOn, type Query } from '../../src/vectors/query.js';
import { deleteVectors, writeVectors } from '../../src/vectors/stored-vectors.js';

const EMBEDDER = 'test@16';
const DIMENSIONS = 16;
const SCOPES = ['1', '2', '3', '4', '5'];
const WRITERS = 4;
const ROUNDS = 24;

let memory: MemoryFixture;
beforeEach(async () => {
  memory = await memoryFixture();
});
afterEach(() => memory.close());

const within = <Result>(work: (query: Query) => Promise<Result>) =>
  inTransaction(memory.dataSource, (manager) => work(queryOn(manager)));
const vectorOf = (doc: number) =>
  unit(Float32Array.from({ length: DIMENSIONS }, (_, n) => Math.sin(doc * 12.9898 + n * 78.233)));
const wanted = { embedder: EMBEDDER, vector: vectorOf(0) };

it('an index that is asked while others write and delete ends with exactly what is there, and none waits for another for ever', async () => {
  const index = new ExactVectorIndex(1_048_576);
  let writing = true;
  const reader = async () => {
    while (writing) await within((query) => index.search(query, SCOPES, wanted, 10));
  };
  const writer = async (number: number) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = (number * ROUNDS + round) * SCOPES.length;
      // Scopes in another order each time: locks must not be taken in it.
      const made = SCOPES.map((_, at) => {
        const scopeId = SCOPES[(at * (number + 1) + round) % SCOPES.length] ?? '1';
        return { doc: String(first + at + 1), tenant: 't', scopeId, vector: vectorOf(first + at + 1) };
      });
      await within((query) => writeVectors(query, EMBEDDER, made));
      const gone = made.filter((_, at) => (at + round) % 2 === 0).map(({ doc }) => doc);
      await within((query) => deleteVectors(query, gone.reverse()));
    }
  };
  const readers = [reader(), reader()];
  await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
  writing = false;
  await Promise.all(readers);

  const all = WRITERS * ROUNDS * SCOPES.length;
  const search = (through: ExactVectorIndex) => within((query) => through.search(query, SCOPES, wanted, all));
  const [seen, fresh] = [await search(index), await search(new ExactVectorIndex(1_048_576))];
  expect(fresh).toHaveLength(all / 2);
  expect(seen).toEqual(fresh);
  const counts: { vectors: string; there: string }[] = await memory.dataSource.query(
    'SELECT sum(vectors) AS vectors, (SELECT count(*) FROM memory.vectors) AS there FROM memory.vector_scopes',
  );
  expect(counts[0]?.vectors).toBe(counts[0]?.there);
});
