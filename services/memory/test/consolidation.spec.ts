import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';

let memory: MemoryFixture;
let tenants = 0;
const newScope = () => ({ tenant: `consolidate-${(tenants += 1)}`, user: 'ann' });
beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

const ann = { source: 'user', actor: 'ann' };
async function tell(scope: { tenant: string; user: string }, ...texts: string[]) {
  const ids: string[] = [];
  for (const text of texts) {
    memory.passDays(1);
    ids.push((await memory.remember({ scope, text, provenance: ann })).id);
  }
  return ids;
}
const summaries = (tenant: string) => memory.list({ scope: { tenant }, kinds: ['summary'] });

describe('consolidation', () => {
  it('makes one text of what holds of somebody and what held, which rests on all of it', async () => {
    const scope = newScope();
    const ids = await tell(scope, 'I live in Bonn', 'My favourite colour is teal', 'I live in Rome', 'I work at Acme');
    const { made, refused } = await memory.consolidate({ scope });
    expect(refused).toEqual([]);
    expect(made).toMatchObject([
      { kind: 'summary', trust: 'high', evidence: [...ids].sort(), provenance: { source: 'consolidation' } },
    ]);
    expect(made?.[0]?.text).toBe(
      'About ann:\n- I work at Acme\n- I live in Rome\n- My favourite colour is teal\n- before: I live in Bonn',
    );
    // Again, nothing changes; with another fact, the new one takes the place of the old one.
    expect((await memory.consolidate({ scope })).made).toEqual([]);
    await tell(scope, 'My email is a@example.org');
    await memory.consolidate({ scope });
    expect((await summaries(scope.tenant)).map(({ state }) => state).sort()).toEqual(['current', 'superseded']);
  });

  it('replaces nothing: all that it was made of is found as before', async () => {
    const scope = newScope();
    await tell(scope, 'I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    const before = (await memory.recall({ scope, query: 'favourite colour' })).map(({ text }) => text);
    await memory.consolidate({ scope });
    const after = (await memory.recall({ scope, query: 'favourite colour' })).map(({ text }) => text);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after[0]).toBe(before[0]);
  });

  it('keeps no summary that hides what it was made of', async () => {
    const scope = newScope();
    // Ten hits are all that a question gives: a summary that takes a place pushes one of these out.
    for (let n = 0; n < 10; n += 1)
      await memory.remember({ scope, text: `zebra w${n}`, subject: `ann|zebra number${n}`, provenance: ann });
    const { made, refused } = await memory.consolidate({ scope });
    expect([made, refused]).toEqual([[], ['summary|ann']]);
    expect(await summaries(scope.tenant)).toEqual([]);
  });

  it('goes with any of what it was made of, and when it is measured to do harm', async () => {
    const scope = newScope();
    const [home = ''] = await tell(scope, 'I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    await memory.consolidate({ scope });
    await memory.erase({ tenant: scope.tenant, ids: [home] });
    expect(await summaries(scope.tenant)).toEqual([]);
    await tell(scope, 'My email is a@example.org');
    const { made } = await memory.consolidate({ scope });
    const act = await memory.demote({
      tenant: scope.tenant,
      ids: [made?.[0]?.id ?? ''],
      actor: 'evaluator',
      reason: 'answers got worse',
    });
    expect(act).toMatchObject({ kind: 'demote', actor: 'evaluator' });
    expect(await summaries(scope.tenant)).toEqual([]);
    // What was demoted does not come back by itself, and is not said to.
    expect(await memory.consolidate({ scope })).toEqual({ made: [], refused: [] });
    expect(await summaries(scope.tenant)).toEqual([]);
  });

  it('makes nothing of little, and nothing of another scope', async () => {
    const scope = newScope();
    await tell(scope, 'I live in Rome', 'I work at Acme');
    await tell({ ...scope, user: 'bob' }, 'My favourite colour is red');
    expect(await memory.consolidate({ scope })).toEqual({ made: [], refused: [] });
  });
});
