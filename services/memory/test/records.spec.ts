import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from '@switchyard/persistence';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';
import { asTenant } from '../src/persistence/as-tenant.js';

let memory: MemoryFixture;
let tenants = 0;
const newTenant = () => `records-${(tenants += 1)}`;

beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

const ann = { source: 'user', actor: 'ann' };
const page = { source: 'web' };

/** Texts in their order, with states and counts. */
async function states(tenant: string) {
  const all = await memory.list({ scope: { tenant }, states: ['current', 'superseded', 'retracted'] });
  return all.map(({ text, state, count }) => [text, state, count]).sort();
}

describe('a fact of a subject that has one', () => {
  it('takes its place from then on, and both stay', async () => {
    const scope = { tenant: newTenant(), user: 'ann' };
    const teal = await memory.remember({ scope, text: 'My favourite colour is teal', provenance: ann });
    memory.passDays(1);
    const red = await memory.remember({ scope, text: "Ann's favorite color is red.", provenance: ann });
    expect(red.subject).toBe(teal.subject);
    const listed = await memory.list({ scope });
    const [first, second] = [teal, red].map(({ id }) => listed.find((fact) => fact.id === id));
    expect(first).toMatchObject({ id: teal.id, state: 'superseded', supersededBy: red.id, validTo: red.validFrom });
    expect(second).toMatchObject({ id: red.id, state: 'current', supersededBy: '' });
    expect(second?.validTo).toBeUndefined();
  });

  it('that is said again holds again', async () => {
    const scope = { tenant: newTenant(), user: 'ann' };
    for (const colour of ['teal', 'red', 'teal'])
      await memory.remember({ scope, text: `My favourite colour is ${colour}`, provenance: ann });
    expect(await states(scope.tenant)).toEqual([
      ['My favourite colour is red', 'superseded', 1],
      ['My favourite colour is teal', 'current', 2],
    ]);
  });

  it('that is believed less takes the place of nothing', async () => {
    const scope = { tenant: newTenant(), user: 'ann' };
    await memory.remember({ scope, text: 'My favourite colour is teal', provenance: ann });
    await memory.remember({ scope, text: "Ann's favourite colour is puce", provenance: page });
    expect(await states(scope.tenant)).toEqual([
      ["Ann's favourite colour is puce", 'current', 1],
      ['My favourite colour is teal', 'current', 1],
    ]);
  });

  it('that was true earlier does not take the place of what is true now', async () => {
    const scope = { tenant: newTenant(), user: 'ann' };
    const now = await memory.remember({ scope, text: 'I live in Bonn', provenance: ann });
    const validFrom = { seconds: 1_500_000_000n, nanos: 0 };
    const before = await memory.remember({ scope, text: 'I live in Rome', provenance: ann, validFrom });
    expect(before).toMatchObject({ state: 'superseded', supersededBy: now.id, validTo: now.validFrom });
    expect((await memory.list({ scope })).map(({ state }) => state).sort()).toEqual(['current', 'superseded']);
  });
});

describe('episodes', () => {
  const said = (text: string, key = '') => ({ text, speaker: 'Ann', key });

  it('stand in their order, with the facts that are found in them resting on them', async () => {
    const scope = { tenant: newTenant(), user: 'ann', thread: 't1' };
    const reply = await memory.record({
      scope,
      conversation: 't1',
      derive: true,
      provenance: { ...ann, runId: 'run_1' },
      episodes: [said('Hello there.'), { ...said('I live in Bonn. The weather is fine.'), seq: 3 }],
    });
    expect(reply).toMatchObject({ stored: 2, repeated: 0, skipped: 0 });
    const [fact] = await memory.list({ scope: { tenant: scope.tenant }, kinds: ['fact'] });
    const stored = await memory.list({ scope: { tenant: scope.tenant }, kinds: ['episode'] });
    const [first, second] = reply.ids?.map((id) => stored.find((episode) => episode.id === id)) ?? [];
    expect([first?.position, second?.position]).toEqual([1, 2]);
    expect(second).toMatchObject({ kind: 'episode', speaker: 'Ann', provenance: { runId: 'run_1', seq: 3 } });
    expect(fact).toMatchObject({ kind: 'fact', text: 'Ann: I live in Bonn.', evidence: [second?.id], trust: 'high' });
    expect(fact?.scope).toMatchObject({ user: 'ann', thread: '' });
  });

  it('of a thread without a user leave their facts within it, and so do those that are told to', async () => {
    const tenant = newTenant();
    const record = (scope: object, withinThread: boolean) =>
      memory.record({
        scope: { tenant, agent: 'helper', thread: 't1', ...scope },
        conversation: 't1',
        derive: true,
        withinThread,
        provenance: ann,
        episodes: [said('I live in Bonn.')],
      });
    await record({}, false);
    await record({ user: 'ann' }, true);
    const facts = await memory.list({ scope: { tenant }, kinds: ['fact'] });
    expect(facts.map(({ scope }) => [scope?.user, scope?.thread]).sort()).toEqual([
      ['', 't1'],
      ['ann', 't1'],
    ]);
  });

  it('that are sent again, whole or in part, are neither stored nor counted again', async () => {
    const scope = { tenant: newTenant() };
    const send = (...texts: string[]) =>
      memory.record({
        scope,
        conversation: 'c',
        provenance: ann,
        episodes: texts.map((text) => said(text, `key-${text}`)),
      });
    await send('one thing', 'another thing');
    await Promise.all(Array.from({ length: 10 }, () => send('one thing', 'another thing', 'a third thing')));
    expect(await states(scope.tenant)).toEqual([
      ['a third thing', 'current', 1],
      ['another thing', 'current', 1],
      ['one thing', 'current', 1],
    ]);
  });

  it('are all stored or none', async () => {
    const scope = { tenant: newTenant() };
    await expect(memory.record({ scope, episodes: [said('fine'), said('\u0000')] })).rejects.toMatchObject({
      code: 'contract.invalid',
      message: expect.stringContaining('episodes[1].text'),
    });
    expect(await states(scope.tenant)).toEqual([]);
  });
});

describe('what a run was given and says back', () => {
  it('is no new evidence, unless a person says it', async () => {
    const scope = { tenant: newTenant(), user: 'ann' };
    await memory.remember({ scope, text: 'The staging database is called heron', provenance: ann });
    await memory.recall({ scope, query: 'staging database', runId: 'run_9' });
    const agent = { source: 'agent', runId: 'run_9' };
    await memory.remember({ scope, text: 'Heron is what the staging database is called', provenance: agent });
    await memory.record({ scope, provenance: agent, episodes: [{ text: 'The staging database is called heron' }] });
    expect(await states(scope.tenant)).toEqual([['The staging database is called heron', 'current', 1]]);
    await memory.remember({
      scope,
      text: 'The staging database is called heron',
      provenance: { ...ann, runId: 'run_9' },
    });
    expect(await states(scope.tenant)).toEqual([['The staging database is called heron', 'current', 2]]);
  });
});

describe('two tenants', () => {
  it('never meet, whatever a statement asks for', async () => {
    const [mine, other] = [newTenant(), newTenant()];
    await memory.remember({ scope: { tenant: mine }, text: 'My email is m@example.org' });
    const theirs = await memory.remember({ scope: { tenant: other }, text: 'My email is o@example.org' });
    const tables = ['scopes', 'memories', 'postings', 'saves', 'versions', 'evidence', 'acts', 'shown'];
    const seen = await asTenant(memory.dataSource, mine, async (manager) => {
      const rows: object[] = [];
      for (const table of tables)
        rows.push(...(await sql(manager, `SELECT tenant FROM memory.${table} WHERE tenant <> $1 OR true`, [mine])));
      return rows;
    });
    expect(new Set(seen.map((row) => JSON.stringify(row)))).toEqual(new Set([JSON.stringify({ tenant: mine })]));
    const hostile = [
      `UPDATE memory.memories SET text = 'gone' WHERE id = '${theirs.id}'`,
      'DELETE FROM memory.postings',
      'DELETE FROM memory.memories',
    ];
    for (const statement of hostile) await asTenant(memory.dataSource, mine, (manager) => sql(manager, statement));
    expect((await memory.recall({ scope: { tenant: other }, query: 'email' })).map(({ text }) => text)).toEqual([
      'My email is o@example.org',
    ]);
    await expect(
      asTenant(memory.dataSource, mine, (manager) =>
        sql(manager, 'INSERT INTO memory.shown VALUES ($1, $2, $3, now())', [other, 'run', theirs.id]),
      ),
    ).rejects.toMatchObject({ message: expect.stringContaining('row-level security') });
  });
});
