import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';
import { asTenant } from '../src/persistence/as-tenant.js';
import { RecallRepository } from '../src/persistence/recall.repository.js';
import { termScore } from '../src/ranking/bm25.js';
import { MAX_BONUS } from '../src/ranking/recency.js';
import { countTerms, tokenise } from '../src/text/tokenise.js';

let memory: MemoryFixture;
let tenants = 0;
const newTenant = () => `tenant-${(tenants += 1)}`;

beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

async function rememberAll(tenant: string, texts: readonly string[]) {
  for (const text of texts) await memory.remember({ scope: { tenant }, text });
}

describe('recall', () => {
  it('finds what was just written, on any replica', async () => {
    const tenant = newTenant();
    const replica = await memory.replica();
    for (let n = 0; n < 20; n += 1) {
      await memory.remember({ scope: { tenant }, text: `token${n} is written` });
      expect((await replica.recall({ scope: { tenant }, query: `token${n}` })).map((hit) => hit.text)).toEqual([
        `token${n} is written`,
      ]);
    }
  });

  it('narrowed finds all that has the parts that are named, as a person looks; else only what the asker may see', async () => {
    const tenant = newTenant();
    await memory.remember({ scope: { tenant, agent: 'a', user: 'ada' }, text: 'tea for ada' });
    await memory.remember({ scope: { tenant, agent: 'b', user: 'bob' }, text: 'tea for bob' });
    await memory.remember({ scope: { tenant: newTenant(), user: 'ada' }, text: 'tea of others' });
    const texts = async (scope: object, narrow: boolean, query = 'tea') =>
      (await memory.recall({ scope: { tenant, ...scope }, query, narrow })).map((hit) => hit.text).sort();
    expect(await texts({}, true)).toEqual(['tea for ada', 'tea for bob']);
    expect(await texts({ user: 'ada' }, true)).toEqual(['tea for ada']);
    expect(await texts({ user: 'ada' }, true, '')).toEqual(['tea for ada']);
    expect(await texts({ agent: 'a', user: 'bob' }, true)).toEqual([]);
    expect(await texts({}, false)).toEqual([]);
    expect(await texts({ user: 'ada' }, false)).toEqual([]);
    expect(await texts({ agent: 'a', user: 'ada' }, false)).toEqual(['tea for ada']);
  });

  it('of some scopes finds what is for any of these: for a thread, a user, all users of an agent, or everybody', async () => {
    const tenant = newTenant();
    const own = { agent: 'a', user: 'ada', thread: 't' };
    const texts = {
      thread: [own, { ...own, user: '' }, { thread: 't' }],
      user: [{ ...own, thread: '' }, { user: 'ada' }],
      agent: [{ agent: 'a' }],
      tenant: [{}],
    };
    for (const [name, scopes] of Object.entries(texts))
      for (const [n, scope] of scopes.entries())
        await memory.remember({ scope: { tenant, ...scope }, text: `tea for the ${name}, ${n}` });
    const found = async (scopes: string[], query = 'tea', narrow = false) => {
      const hits = await memory.recall({ scope: { tenant, ...own }, query, scopes, narrow });
      return hits.map(({ text }) => text).sort();
    };
    const said = (...names: (keyof typeof texts)[]) =>
      names.flatMap((name) => texts[name].map((_, n) => `tea for the ${name}, ${n}`)).sort();
    expect(await found([])).toEqual(said('thread', 'user', 'agent', 'tenant'));
    expect(await found(['user'])).toEqual(said('user'));
    expect(await found(['agent', 'tenant'])).toEqual(said('agent', 'tenant'));
    // Without a word to search for, and as a person looks, too.
    expect(await found(['thread', 'agent'], '')).toEqual(said('thread', 'agent'));
    expect(await found(['thread'], 'tea', true)).toEqual(['tea for the thread, 0']);
    await expect(found(['world'])).rejects.toMatchObject({
      code: 'contract.invalid',
      message: expect.stringContaining('thread, user, agent, tenant'),
    });
  });

  it('ranks rare words above common ones, and short texts above long ones', async () => {
    const tenant = newTenant();
    await rememberAll(tenant, [
      'user likes music',
      'user likes films',
      'user likes saffron',
      'user likes saffron and many other spices from the market that opens early on sundays',
      'user likes walks',
    ]);
    const found = await memory.recall({ scope: { tenant }, query: 'does the user like saffron?' });
    expect(found).toHaveLength(5);
    expect(found.slice(0, 2).map((hit) => hit.text)).toEqual([
      'user likes saffron',
      expect.stringContaining('other spices'),
    ]);
    expect(found[0]?.why).toMatch(/^matches "saffron" \+\d\.\d\d \(1 here, in 2 of 5\), .*; recency × 1\.100$/);
  });

  it('prefers the fresher of two equal matches, and never a poor fresh one to a good old one', async () => {
    const tenant = newTenant();
    await rememberAll(tenant, ['meeting in room Alpha', 'filler one', 'filler two', 'filler three']);
    memory.passDays(60);
    await rememberAll(tenant, ['meeting in room Bravo', 'room with many chairs and tables']);
    const found = await memory.recall({ scope: { tenant }, query: 'meeting room' });
    expect(found.map((hit) => hit.text)).toEqual([
      'meeting in room Bravo',
      'meeting in room Alpha',
      'room with many chairs and tables',
    ]);
  });

  it('counts a repetition as fresh', async () => {
    const tenant = newTenant();
    await rememberAll(tenant, ['car is red', 'car is blue']);
    memory.passDays(30);
    await rememberAll(tenant, ['car is red']);
    expect((await memory.recall({ scope: { tenant }, query: 'car' }))[0]?.text).toBe('car is red');
  });

  it.each(['', '   ', 'what is the', '?!', '\u0000'])(
    'gives the newest for %j, which asks for nothing',
    async (query) => {
      const tenant = newTenant();
      await rememberAll(tenant, ['first', 'second']);
      memory.passDays(1);
      await rememberAll(tenant, ['third']);
      const found = await memory.recall({ scope: { tenant }, query, limit: 2 });
      expect(found.map((hit) => hit.text)).toEqual(['third', 'second']);
      expect(found[0]?.why).toContain('newest');
    },
  );

  it('gives nothing for a query that matches nothing', async () => {
    const tenant = newTenant();
    await rememberAll(tenant, ['first']);
    expect(await memory.recall({ scope: { tenant }, query: 'zebra' })).toEqual([]);
    expect(await memory.recall({ scope: { tenant: 'nobody' }, query: 'first' })).toEqual([]);
  });

  it('answers a whole document as query', async () => {
    const tenant = newTenant();
    await rememberAll(tenant, ['the zebra is striped']);
    const query = `zebra ${Array.from({ length: 8_000 }, (_, n) => `word${n}`).join(' ')}`;
    expect(await memory.recall({ scope: { tenant }, query })).toHaveLength(1);
  });

  it('gives 8 where no limit is named and 50 at most', async () => {
    const tenant = newTenant();
    await rememberAll(
      tenant,
      Array.from({ length: 60 }, (_, n) => `number ${n} cat`),
    );
    const ask = async (limit: number) => (await memory.recall({ scope: { tenant }, query: 'cat', limit })).length;
    expect([await ask(0), await ask(3), await ask(1_000)]).toEqual([8, 3, 50]);
  });

  it('bounds the bytes of a reply, the best first', async () => {
    const tenant = newTenant();
    const long = (n: number) => `cat ${n} ${'x '.repeat(20_000)}`;
    await rememberAll(
      tenant,
      Array.from({ length: 15 }, (_, n) => long(n)),
    );
    const found = await memory.recall({ scope: { tenant }, query: 'cat', limit: 50 });
    expect(found.length).toBe(9);
  });
});

describe('visibility', () => {
  const parts = ['agent', 'user', 'thread'] as const;

  it('shows a memory exactly to those who have every part of its scope that is set', async () => {
    const tenant = newTenant();
    const values = ['', 'x', 'y'];
    const scopes = values.flatMap((agent) =>
      values.flatMap((user) => values.map((thread) => ({ agent, user, thread }))),
    );
    for (const scope of scopes) {
      await memory.remember({ scope: { tenant, ...scope }, text: `shared ${JSON.stringify(scope)}` });
    }
    await memory.remember({ scope: { tenant: newTenant() }, text: 'shared by another tenant' });
    for (const asker of scopes) {
      const visible = scopes.filter((scope) =>
        parts.every((part) => scope[part] === '' || scope[part] === asker[part]),
      );
      const expected = visible.map((scope) => `shared ${JSON.stringify(scope)}`).sort();
      for (const query of ['shared', '']) {
        const found = await memory.recall({ scope: { tenant, ...asker }, query, limit: 50 });
        expect(found.map((hit) => hit.text).sort()).toEqual(expected);
      }
    }
  });

  it('takes its statistics from what the asker sees and nothing else', async () => {
    const tenant = newTenant();
    await memory.remember({ scope: { tenant, user: 'ann' }, text: 'ann likes tea' });
    const before = await memory.recall({ scope: { tenant, user: 'ann' }, query: 'tea' });
    for (let n = 0; n < 5; n += 1) await memory.remember({ scope: { tenant, user: 'bob' }, text: `tea ${n}` });
    expect(await memory.recall({ scope: { tenant, user: 'ann' }, query: 'tea' })).toEqual(before);
  });
});

describe('the ranking in SQL', () => {
  it('finds the best by the formula of the pure functions, for any collection and query', async () => {
    const word = fc.constantFrom('tea', 'cat', 'dog', 'red', 'blue', 'saffron', 'market', 'train');
    const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(text, { minLength: 1, maxLength: 12, selector: (said) => tokenise(said).sort().join(' ') }),
        fc.array(word, { minLength: 1, maxLength: 4 }),
        async (texts, words) => {
          const tenant = newTenant();
          await rememberAll(tenant, texts);
          const found = await memory.recall({ scope: { tenant }, query: words.join(' '), limit: 50 });
          const shown = new Set(found.flatMap(({ memory: hit, duplicates }) => [hit?.id, ...duplicates]));
          const expected = rankInMemory(texts, [...new Set(words)]);
          expect(shown.size).toBe(expected.length);
          // Relative to the best, fresh.
          expect(found[0]?.score ?? 0).toBeCloseTo(expected.length === 0 ? 0 : 1 + MAX_BONUS, 9);
          const byText = new Map(expected.map(({ text: said, score }) => [said, score]));
          for (const hit of found)
            expect(hit.score).toBeCloseTo(
              ((byText.get(hit.text) ?? 0) / (expected[0]?.score ?? 1)) * (1 + MAX_BONUS),
              9,
            );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives the words that most of many texts have to what the rarer words find, and finds by them alone where there are none', async () => {
    const tenant = newTenant();
    const texts = Array.from(
      { length: 2_600 },
      (_, n) => `harbour ${n % 3 === 0 ? 'market ' : ''}${n % 500 === 0 ? 'lighthouse ' : ''}n${n}`,
    );
    for (let from = 0; from < texts.length; from += 200)
      await memory.record({ scope: { tenant }, episodes: texts.slice(from, from + 200).map((text) => ({ text })) });
    const recalls = new RecallRepository();
    const scopes = [{ id: '', memories: texts.length, terms: texts.flatMap((text) => tokenise(text)).length }];
    for (const words of ['harbour market lighthouse', 'harbour n78', 'market n77', 'harbour']) {
      const { best, frequencies } = await asTenant(memory.dataSource, tenant, async (manager) => {
        const [{ id }] = await manager.query<[{ id: string }]>('SELECT id FROM memory.scopes');
        const seen = scopes.map((scope) => ({ ...scope, id }));
        return recalls.lexical(manager, seen, tokenise(words), 20, undefined, memory.time());
      });
      const expected = rankInMemory(texts, words.split(' ')).slice(0, words === 'harbour n78' ? 1 : 20);
      expect(best.map(({ bm25 }) => bm25)).toEqual(expected.map(({ score }) => expect.closeTo(score, 9)));
      if (words.startsWith('harbour')) expect(Math.max(...frequencies.values())).toBe(texts.length);
    }
  });
});

/** BM25 of all that match by the pure functions alone, best first. */
function rankInMemory(texts: readonly string[], words: readonly string[]): { text: string; score: number }[] {
  const documents = texts.map((text) => ({ text, counts: countTerms(tokenise(text)) }));
  const length = (counts: Map<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const collection = { texts: documents.length, terms: documents.reduce((sum, { counts }) => sum + length(counts), 0) };
  const frequencyOf = (term: string) => documents.filter(({ counts }) => counts.has(term)).length;
  const wanted = words.flatMap((word) => tokenise(word));
  return documents
    .map(({ text, counts }) => ({
      text,
      score: wanted
        .filter((term) => counts.has(term))
        .map((term) => ({ term, frequency: counts.get(term) ?? 0, documentFrequency: frequencyOf(term) }))
        .reduce((sum, match) => sum + termScore(match, length(counts), collection), 0),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}
