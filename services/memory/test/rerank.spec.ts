import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { AskNowService } from '../src/derivations/ask-now.service.js';
import { AskerService } from '../src/derivations/asker.service.js';
import { DerivationRepository } from '../src/derivations/derivation.repository.js';
import { FakeRouter } from '../src/derivations/router.fixture.js';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';
import { AgentReranker } from '../src/reranking/agent-reranker.js';
import type { Reranker } from '../src/reranking/reranker.js';
import { NO_SEMANTICS } from '../src/semantics.js';

let memory: MemoryFixture;
let router: FakeRouter;
let tenant = '';
let tenants = 0;

const silent = { warn: () => undefined };
function asks() {
  const { dataSource, time } = memory;
  // As much of the client as is used.
  return new AskNowService(dataSource, new DerivationRepository(dataSource), new AskerService(router as never), time);
}
const reranker: Reranker = {
  order: (asked, candidates) => new AgentReranker(asks(), silent as never).order(asked, candidates),
};

beforeAll(async () => {
  memory = await memoryFixture(NO_SEMANTICS, undefined, { reranker });
});
afterAll(() => memory.close());
beforeEach(() => {
  router = new FakeRouter();
  tenant = `rerank-${(tenants += 1)}`;
});

const candidates = (input: JsonObject) => input['candidates'] as unknown as { id: string; text: string }[];
const texts = ({ memories = [] }: Awaited<ReturnType<MemoryFixture['recallWhole']>>) =>
  memories.map(({ memory: hit }) => hit?.text);
const ask = (query: string) => memory.recallWhole({ scope: { tenant }, query, rerank: 'ranker', limit: 5 });
/** Puts first what has this in it. */
const prefer = (word: string) => (input: JsonObject) => ({
  order: candidates(input)
    .sort((a, b) => Number(b.text.includes(word)) - Number(a.text.includes(word)))
    .map(({ id }) => id),
});
const say = (text: string, source = 'user') => memory.remember({ scope: { tenant }, text, provenance: { source } });
const records = () =>
  sql<{ status: string; kind: string; cost_usd: number; problem: string }>(
    memory.dataSource,
    'SELECT status, kind, cost_usd, problem FROM memory.derivations WHERE tenant = $1 ORDER BY created_at',
    [tenant],
  );

describe('a recall that an agent puts into order', () => {
  it('stands in that order, says so, and its cost is recorded', async () => {
    await say('zebra zebra zebra');
    await say('zebra in the barn');
    router.answer = prefer('barn');
    router.costUsd = 0.001;
    const reply = await ask('zebra');
    expect(texts(reply)).toEqual(['zebra in the barn', 'zebra zebra zebra']);
    expect(reply.memories?.[0]?.why).toContain('put from place 2 to 1 by ranker');
    expect(reply.degraded).toBe('');
    expect(router.tasks[0]).toMatchObject({ agent: 'ranker', metadata: { 'switchyard.memory': 'rerank' } });
    expect(await records()).toMatchObject([{ status: 'done', kind: 'rerank', cost_usd: 0.001 }]);
  });

  it('keeps what is superseded below what superseded it, and what is believed less below what contradicts it', async () => {
    await say('My home is in Bonn');
    memory.passDays(1);
    await say('My home is in Rome');
    await say('My home is in Oslo', 'web');
    router.answer = (input) => ({
      order: [...candidates(input)].sort((a, b) => rank(a.text) - rank(b.text)).map(({ id }) => id),
    });
    const rank = (text: string) => ['Oslo', 'Bonn', 'Rome'].findIndex((place) => text.includes(place));
    const found = texts(await ask('my home')).map((text) => text?.split(' ').at(-1));
    expect(found[0]).toBe('Rome');
    expect([...found].sort()).toEqual(['Bonn', 'Oslo', 'Rome']);
  });

  it('sends at most twenty, and gives no more than is asked for', async () => {
    for (let n = 0; n < 25; n += 1) await say(`zebra number w${n}`);
    router.answer = prefer('w3');
    expect(texts(await ask('zebra'))).toHaveLength(5);
    expect(JSON.stringify(router.tasks[0]).match(/zebra number/g)?.length).toBe(20);
  });

  it('has nothing that was erased while the agent thought', async () => {
    const gone = await say('zebra in the barn');
    await say('zebra in the field');
    await say('zebra in the zoo');
    let erased: Promise<unknown> = Promise.resolve();
    router.answer = (input) => {
      erased = memory.erase({ tenant, ids: [gone.id] });
      return prefer('barn')(input);
    };
    router.beforeRun = () => erased;
    expect(texts(await ask('zebra')).sort()).toEqual(['zebra in the field', 'zebra in the zoo']);
  });

  it.each<[string, JsonValue | { fails: string }, string]>([
    ['the answer makes no sense', 'b, a', 'makes no sense'],
    ['it names nothing that it was given', { order: ['mem_x'] }, 'makes no sense'],
    ['its run fails', { fails: 'The model is gone.' }, 'The model is gone.'],
  ])('is ordered by scores where %s, and says so', async (_, answer, why) => {
    await say('zebra zebra zebra');
    await say('zebra in the barn');
    router.answer = () => answer;
    const reply = await ask('zebra');
    expect(texts(reply)).toEqual(['zebra zebra zebra', 'zebra in the barn']);
    expect(reply.degraded).toContain(why);
    expect(await records()).toMatchObject([{ status: 'failed', problem: expect.stringContaining(why) }]);
  });

  it('asks nobody past what the day may cost', async () => {
    await say('zebra zebra zebra');
    await say('zebra in the barn');
    router.answer = prefer('barn');
    router.costUsd = 0.1;
    for (let n = 0; n < 10; n += 1) expect((await ask('zebra')).degraded).toBe('');
    const reply = await ask('zebra');
    expect(texts(reply)).toEqual(['zebra zebra zebra', 'zebra in the barn']);
    expect(reply.degraded).toContain('is asked again tomorrow');
    expect(router.tasks).toHaveLength(10);
    memory.passDays(1);
    expect((await ask('zebra')).degraded).toBe('');
  });
});

describe('a question whose answer somebody waits for', () => {
  it('is given up when the time is over, and its run is cancelled', async () => {
    router.prompt = false;
    const read = () => ({ answer: 1, dropped: 0 });
    const question = { tenant, agent: 'ranker', kind: 'rerank', input: {}, read, timeoutMs: 50 } as const;
    await expect(asks().ask(question)).rejects.toMatchObject({ code: 'memory.ask.timeout', retryable: true });
    expect([...router.runs.values()].map(({ status }) => status)).toEqual(['cancelled']);
    expect(await records()).toMatchObject([{ status: 'failed', problem: expect.stringContaining('0.05 s') }]);
  });
});
