import { afterEach, describe, expect, it } from '@jest/globals';
import { ConsolidateRequestSchema, create, SwitchyardError } from '@switchyard/contracts';
import { createLogger } from '@switchyard/telemetry';
import type { Embedder } from '../../src/embedding/embedder.js';
import { EmbeddingRepository } from '../../src/embedding/embedding.repository.js';
import { EmbeddingService } from '../../src/embedding/embedding.service.js';
import { VectorSemantics } from '../../src/embedding/vector-semantics.js';
import { memoryFixture, type MemoryFixture } from '../../src/memory.fixture.js';
import { ExactVectorIndex } from '../../src/vectors/exact-vector-index.js';

const MIB = 1_048_576;
let memory: MemoryFixture;
afterEach(() => memory.close());

/** Two meanings: machines as such, and all else. A machine with a number is only a little like machines as such. */
class ToyEmbedder implements Embedder {
  readonly version = 'toy@2';
  readonly dimensions = 2;
  failure: SwitchyardError | undefined;

  embed(texts: readonly string[]): Promise<Float32Array[]> {
    if (this.failure) return Promise.reject(this.failure);
    return Promise.resolve(
      texts.map((text) => {
        if (!/turbine/i.test(text)) return Float32Array.of(0, 1);
        return /\d/.test(text) ? Float32Array.of(0.28, 0.96) : Float32Array.of(1, 0);
      }),
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const scope = { tenant: 'default', user: 'ann' };
const request = create(ConsolidateRequestSchema, { scope });
/** Shares one word of two with the question about all turbines. */
const summariser = { summarise: () => Promise.resolve('Ann minds the machine that is called turbine') };

async function fill(): Promise<void> {
  for (const text of ['I live in Rome', 'My favourite colour is teal', 'I work at Acme'])
    await memory.remember({ scope, text, provenance: { source: 'user' } });
  const episodes = Array.from({ length: 8 }, (_, n) => ({ text: `Turbine ${n} was inspected`, speaker: 'ann' }));
  await memory.record({ scope, conversation: 'talk', episodes });
}

describe('a summary that hides something by its meaning', () => {
  it('is kept where words alone decide', async () => {
    memory = await memoryFixture();
    await fill();
    const { made, refused } = await memory.consolidationBy(summariser).consolidate(request);
    expect([made?.length, refused]).toEqual([1, []]);
  });

  it('is refused before it has its vector, which no process learns of', async () => {
    const embedder = new ToyEmbedder();
    memory = await memoryFixture(new VectorSemantics(new ExactVectorIndex(MIB), [embedder]), embedder);
    await fill();
    const repository = new EmbeddingRepository(memory.dataSource);
    const service = new EmbeddingService(repository, embedder, createLogger('test', { level: 'silent' }), memory.time);
    while ((await service.round()) > 0);
    const found = async () => (await memory.recall({ scope, query: 'Turbine inspected' })).map(({ text }) => text);
    const before = await found();
    expect(await memory.consolidationBy(summariser).consolidate(request)).toEqual({
      made: [],
      refused: ['summary|ann'],
    });
    expect([await found(), await repository.pending()]).toEqual([before, 0]);
  });

  it('is not kept while its vector cannot be had, and is judged when it can', async () => {
    const embedder = new ToyEmbedder();
    memory = await memoryFixture(new VectorSemantics(new ExactVectorIndex(MIB), [embedder]), embedder);
    await fill();
    embedder.failure = new SwitchyardError('memory.embedder.unavailable', 'It is down.', { retryable: true });
    const rounds = memory.roundsOf('all');
    expect([await rounds.round(), await memory.list({ scope, kinds: ['summary'] })]).toEqual([0, []]);
    embedder.failure = undefined;
    expect(await rounds.round()).toBe(1);
  });
});
