import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from '@switchyard/persistence';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';

let memory: MemoryFixture;
let tenants = 0;
/** A tenant of its own, so that tests do not see each other. */
const scope = (parts: object = {}) => ({ tenant: `tenant-${(tenants += 1)}`, ...parts });

beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

async function rows(tenant: string) {
  const [found] = await sql<{ memories: string; postings: string; scope_memories: string; scope_terms: string }>(
    memory.dataSource,
    `SELECT (SELECT count(*) FROM memory.memories WHERE tenant = $1) AS memories,
       (SELECT count(*) FROM memory.postings p JOIN memory.scopes s ON s.id = p.scope_id WHERE s.tenant = $1) AS postings,
       (SELECT sum(memories) FROM memory.scopes WHERE tenant = $1) AS scope_memories,
       (SELECT sum(terms) FROM memory.scopes WHERE tenant = $1) AS scope_terms`,
    [tenant],
  );
  return Object.fromEntries(Object.entries(found ?? {}).map(([name, value]) => [name, Number(value)]));
}

describe('remember', () => {
  it('keeps the text, the scope, the tags and where it came from', async () => {
    const at = scope({ agent: 'guide', user: 'ann', thread: 't1' });
    const provenance = { source: 'agent', runId: 'run_1', seq: 7, callId: 'call_1', actor: 'guide' };
    const saved = await memory.remember({
      scope: at,
      text: 'Ann lives in Berlin.',
      tags: ['home', 'home'],
      provenance,
    });
    expect(saved).toMatchObject({ text: 'Ann lives in Berlin.', scope: at, tags: ['home'], provenance, count: 1 });
    expect(saved.id).toMatch(/^mem_[0-9a-z]{26}$/);
    expect((await memory.recall({ scope: at, query: 'Berlin' }))[0]?.memory).toEqual(saved);
  });

  it('makes 668 repetitions of one statement one row with a count', async () => {
    const at = scope();
    const forms = ['User likes tea.', 'user likes  TEA', 'User likes tea'];
    for (let done = 0; done < 668; done += 4) {
      await Promise.all([0, 1, 2, 3].map((n) => memory.remember({ scope: at, text: forms[(done + n) % 3] ?? '' })));
    }
    const found = await memory.recall({ scope: at, query: 'tea' });
    expect(found.map(({ memory: { count = 0 } = {} }) => count)).toEqual([668]);
    expect(await rows(at.tenant)).toEqual({ memories: 1, postings: 3, scope_memories: 1, scope_terms: 3 });
  });

  it('joins the tags of repetitions', async () => {
    const at = scope();
    await memory.remember({ scope: at, text: 'a fact', tags: ['b'] });
    expect((await memory.remember({ scope: at, text: 'A fact', tags: ['a', 'b'] })).tags).toEqual(['a', 'b']);
  });

  it('counts a call once, however often and however concurrently it is delivered', async () => {
    const at = scope();
    const save = { scope: at, text: 'The deploy key is rotated monthly', provenance: { callId: 'call_x' } };
    const replies = await Promise.all(Array.from({ length: 20 }, () => memory.remember(save)));
    expect(new Set(replies.map(({ id }) => id)).size).toBe(1);
    expect((await memory.remember(save)).count).toBe(1);
    const other = await memory.remember({ ...save, provenance: { callId: 'call_y' } });
    expect(other.count).toBe(2);
    expect((await memory.remember(save)).count).toBe(2);
  });

  it('counts every one of many different calls that say the same at once', async () => {
    const at = scope();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        memory.remember({ scope: at, text: 'same', provenance: { callId: `call_${n}` } }),
      ),
    );
    expect((await memory.list({ scope: at })).map(({ count }) => count)).toEqual([20]);
  });

  it('keeps the same statement of two scopes apart', async () => {
    const at = scope();
    await memory.remember({ scope: { ...at, user: 'ann' }, text: 'likes tea' });
    const other = await memory.remember({ scope: { ...at, user: 'bob' }, text: 'likes tea' });
    expect(other.count).toBe(1);
  });

  it('keeps the statistics of a scope equal to its rows under concurrent writers and forgetters', async () => {
    const at = scope();
    const saved = await Promise.all(
      Array.from({ length: 40 }, (_, n) => memory.remember({ scope: at, text: `fact number ${n % 25} of many` })),
    );
    const ids = [...new Set(saved.map(({ id }) => id))].slice(0, 10);
    await Promise.all([
      ...ids.map((id) => memory.forget(at.tenant, id)),
      ...Array.from({ length: 10 }, (_, n) => memory.remember({ scope: at, text: `fact number ${n + 100}` })),
    ]);
    const now = await rows(at.tenant);
    expect(now['memories']).toBe(25);
    expect(now['scope_memories']).toBe(25);
    const [sum] = await sql<{ terms: string; length: string }>(
      memory.dataSource,
      `SELECT sum(m.terms) AS terms, (SELECT sum(frequency) FROM memory.postings p JOIN memory.memories o ON o.doc = p.doc
         WHERE o.tenant = $1) AS length FROM memory.memories m WHERE m.tenant = $1`,
      [at.tenant],
    );
    expect(now['scope_terms']).toBe(Number(sum?.terms));
    expect(Number(sum?.length)).toBe(Number(sum?.terms));
  });
});

describe('text that is hard to store', () => {
  it.each(['', '   ', '\u0000\u0001', '\u0000 \n'])('refuses %j, which says nothing', async (text) => {
    await expect(memory.remember({ scope: scope(), text })).rejects.toMatchObject({ code: 'contract.invalid' });
  });

  it('stores what is readable of a binary text', async () => {
    const at = scope();
    const saved = await memory.remember({ scope: at, text: 'tea\u0000 time \ud800!' });
    expect(saved.text).toBe('tea time \ufffd!');
    expect(await memory.recall({ scope: at, query: 't\u0000ea time' })).toHaveLength(1);
  });

  it('stores and finds the longest text that the contract lets through', async () => {
    const at = scope();
    const text = Array.from({ length: 9_000 }, (_, n) => `w${n.toString(36)}`)
      .join(' ')
      .slice(0, 65_536);
    await memory.remember({ scope: at, text });
    expect((await memory.recall({ scope: at, query: 'w100 w200' }))[0]?.text).toBe(text);
  });

  it.each([
    ['right-to-left', 'المستخدم يفضل القهوة السوداء', 'القهوة'],
    ['mixed', 'המשתמש אוהב espresso חזק', 'ESPRESSO'],
    ['without spaces', '用户喜欢喝绿茶', '绿茶'],
    ['accented', 'Déjeuner à la crêperie', 'creperie'],
  ])('finds %s text', async (_, text, query) => {
    const at = scope();
    await memory.remember({ scope: at, text });
    await memory.remember({ scope: at, text: 'something else' });
    expect((await memory.recall({ scope: at, query })).map((hit) => hit.text)).toEqual([text]);
  });

  it('stores text without a word to index, and shows it among the newest', async () => {
    const at = scope();
    await memory.remember({ scope: at, text: '🎉🎉' });
    expect((await memory.recall({ scope: at, query: '' })).map((hit) => hit.text)).toEqual(['🎉🎉']);
    expect(await memory.recall({ scope: at, query: 'party' })).toEqual([]);
  });

  it.each([
    ['a NUL in the scope', { scope: { tenant: 'a', user: 'x\u0000' }, text: 'x' }],
    ['a huge user', { scope: { tenant: 'a', user: 'x'.repeat(513) }, text: 'x' }],
    ['a NUL in the provenance', { scope: { tenant: 'a' }, text: 'x', provenance: { callId: '\u0000' } }],
    ['a seq that no journal has', { scope: { tenant: 'a' }, text: 'x', provenance: { seq: 4_000_000_000 } }],
    ['too many tags', { scope: { tenant: 'a' }, text: 'x', tags: Array.from({ length: 33 }, (_, n) => `t${n}`) }],
    ['a huge tag', { scope: { tenant: 'a' }, text: 'x', tags: ['x'.repeat(65)] }],
  ])('refuses %s', async (_, request) => {
    await expect(memory.remember(request)).rejects.toMatchObject({ code: 'contract.invalid' });
  });
});
