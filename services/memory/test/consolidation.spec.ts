import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsolidateRequestSchema, create } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { Group } from '../src/consolidation/groups.js';
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
const orphans = async (table: string) => {
  const by = table === 'postings' || table === 'to_embed' ? 'doc' : 'memory_id';
  const own = by === 'doc' ? 'doc' : 'id';
  const rows = await sql(
    memory.dataSource,
    `SELECT 1 FROM memory.${table} t WHERE NOT EXISTS (SELECT 1 FROM memory.memories m WHERE m.${own} = t.${by})`,
  );
  return rows.length;
};
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

  it('admits a summary that leaves every detail to be found, and refuses one that stands before them', async () => {
    const scope = newScope();
    await tell(scope, 'I live in Rome', 'My favourite colour is teal', 'I work at Acme', 'My email is a@example.org');
    // Eight places for one question: one more that says nothing but the words of the question takes one of them.
    const { ids = [] } = await memory.record({
      scope,
      conversation: 'talk',
      episodes: Array.from({ length: 8 }, (_, n) => ({ text: `Turbine ${n} was inspected`, speaker: 'ann' })),
    });
    const request = create(ConsolidateRequestSchema, { scope });
    const hiding = { summarise: () => Promise.resolve('Turbine inspected, turbine inspected: all were.') };
    expect(await memory.consolidationBy(hiding).consolidate(request)).toEqual({ made: [], refused: ['summary|ann'] });
    expect(await summaries(scope.tenant)).toEqual([]);
    const found = async () => (await memory.recall({ scope, query: 'inspected turbine' })).map((hit) => hit.memory?.id);
    expect(new Set(await found())).toEqual(new Set(ids));
    // Another fact: another summary, which this time says what it is made of.
    await tell(scope, 'My name is Ann Smith');
    const { made, refused } = await memory.consolidate({ scope });
    expect([made?.length, refused]).toEqual([1, []]);
    expect(new Set(await found())).toEqual(new Set(ids));
  });

  it('asks for no summary twice of the same facts, whether it was kept or refused', async () => {
    const scope = newScope();
    await tell(scope, 'I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        memory.remember({ scope, text: `Bottle ${n} is green`, subject: `b${n}|is` }),
      ),
    );
    const asked: string[] = [];
    const summariser = {
      summarise: (group: Group) => {
        asked.push(group.owner);
        return Promise.resolve('Bottle green, bottle green, bottle green');
      },
    };
    const service = memory.consolidationBy(summariser);
    const consolidate = () => service.consolidate(create(ConsolidateRequestSchema, { scope }));
    const [first, second] = [await consolidate(), await consolidate()];
    expect(second).toEqual(first);
    expect(asked).toEqual(['ann']);
    await tell(scope, 'My email is a@example.org');
    await consolidate();
    expect(asked).toEqual(['ann', 'ann']);
  });

  it('shows a summary that is refused to nobody, at no time', async () => {
    const scope = newScope();
    await tell(scope, 'I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    for (let n = 0; n < 8; n += 1)
      await memory.remember({ scope, text: `Turbine ${n} is new`, subject: `t${n}|is`, provenance: ann });
    const hiding = { summarise: () => Promise.resolve('Turbine new, turbine new') };
    const service = memory.consolidationBy(hiding);
    const reader = await memory.replica();
    const seen = new Set<string>();
    let isOver = false;
    const reading = Promise.all(
      [
        async () => (await reader.recall({ scope, query: 'new turbine' })).flatMap((hit) => hit.memory ?? []),
        async () => (await reader.recall({ scope, query: '' })).flatMap((hit) => hit.memory ?? []),
        () => reader.list({ scope, states: ['current', 'superseded', 'retracted'] }),
        async () =>
          ((await reader.exportPage({ scope, all: true })).records ?? []).flatMap((each) => each.memory ?? []),
      ].map(async (read) => {
        do for (const each of await read()) seen.add(each.kind ?? '');
        while (!isOver);
      }),
    );
    for (let n = 0; n < 4; n += 1) {
      await tell(scope, `My favourite dish is number ${n}`);
      expect(await service.consolidate(create(ConsolidateRequestSchema, { scope }))).toMatchObject({ made: [] });
    }
    isOver = true;
    await reading;
    expect([...seen]).toEqual(['fact']);
    // Nor does anything of it stay behind.
    for (const table of ['postings', 'to_embed', 'versions', 'evidence'])
      expect([table, await orphans(table)]).toEqual([table, 0]);
  });

  it('keeps of one subject what is so and what was so before it, and nothing that is out of date', async () => {
    const scope = newScope();
    await tell(scope, 'I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    for (const city of ['Bonn', 'Bern', 'Basel', 'Berlin']) {
      await tell(scope, `I live in ${city}`);
      await memory.consolidate({ scope });
    }
    const kept = await summaries(scope.tenant);
    expect(kept.map(({ state }) => state)).toEqual(['current', 'superseded']);
    expect(kept[0]?.text).toContain('- I live in Berlin');
    await tell(scope, 'I live in Oslo');
    for (let n = 0; n < 8; n += 1)
      await memory.remember({ scope, text: `Turbine ${n} is new`, subject: `t${n}|is`, provenance: ann });
    const hiding = { summarise: () => Promise.resolve('Turbine new, turbine new') };
    await memory.consolidationBy(hiding).consolidate(create(ConsolidateRequestSchema, { scope }));
    expect(await summaries(scope.tenant)).toEqual([]);
  });

  it('takes nothing away that somebody has rested on a summary', async () => {
    const scope = newScope();
    await tell(scope, 'I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    const [first] = (await memory.consolidate({ scope })).made ?? [];
    const evidence = [first?.id ?? ''];
    const { id } = await memory.remember({ scope, text: 'Ann is settled in Italy', evidence, provenance: ann });
    for (const city of ['Bonn', 'Bern', 'Basel']) {
      await tell(scope, `I live in ${city}`);
      await memory.consolidate({ scope });
    }
    expect((await memory.history(scope.tenant, id)).evidence?.map((each) => each.id)).toEqual(evidence);
  });

  it('demotes a summary with those before it, and brings it back when that is taken back', async () => {
    const scope = newScope();
    const { tenant } = scope;
    await tell(scope, 'I live in Rome', 'My favourite colour is teal', 'I work at Acme');
    await memory.consolidate({ scope });
    await tell(scope, 'I live in Bonn');
    const [last] = (await memory.consolidate({ scope })).made ?? [];
    const before = await summaries(tenant);
    const act = await memory.demote({ tenant, ids: [last?.id ?? ''], actor: 'evaluator', reason: 'answers got worse' });
    expect([act.memories.length, await summaries(tenant)]).toEqual([2, []]);
    memory.passDays(1);
    await memory.restore({ tenant, actId: act.id, actor: 'ann' });
    expect(await summaries(tenant)).toEqual(before);
    const { acts = [] } = await memory.history(tenant, last?.id ?? '');
    expect(acts.map(({ kind }) => kind)).toEqual(['demote', 'restore']);
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
