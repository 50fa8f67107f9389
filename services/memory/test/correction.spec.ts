import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timestampFromDate } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DAY_MS, memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';

let memory: MemoryFixture;
let tenants = 0;
const newScope = () => ({ tenant: `correct-${(tenants += 1)}`, user: 'ann' });

beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

const ann = { source: 'user', actor: 'ann' };
const texts = async (scope: object, query: string) =>
  (await memory.recall({ scope: scope as never, query })).map((hit) => hit.text);
const all = async (tenant: string) =>
  (await memory.list({ scope: { tenant }, states: ['current', 'superseded', 'retracted'] }))
    .map(({ text, state }) => `${text}: ${state}`)
    .sort();

/** Every table of the schema that has the word anywhere. */
async function tablesWith(word: string): Promise<string[]> {
  const tables = await sql<{ name: string }>(
    memory.dataSource,
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'memory' ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await sql(memory.dataSource, `SELECT 1 FROM memory."${name}" t WHERE t::text ILIKE $1 LIMIT 1`, [
      `%${word}%`,
    ]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

async function statistics(tenant: string) {
  const [row] = await sql<{ memories: string; live: string; terms: string; indexed: string }>(
    memory.dataSource,
    `SELECT (SELECT sum(memories) FROM memory.scopes WHERE tenant = $1) AS memories,
       (SELECT count(*) FROM memory.memories WHERE tenant = $1 AND state <> 'retracted') AS live,
       (SELECT sum(terms) FROM memory.scopes WHERE tenant = $1) AS terms,
       (SELECT coalesce(sum(frequency), 0) FROM memory.postings WHERE tenant = $1 AND live) AS indexed`,
    [tenant],
  );
  return row;
}

describe('a correction', () => {
  it('is forgotten by itself when it says so', async () => {
    const scope = newScope();
    const old = await memory.remember({ scope, text: 'The key hangs by the door', provenance: ann });
    const expiresAt = timestampFromDate(new Date(memory.time().getTime() + 3 * DAY_MS));
    const text = 'The key lies under the mat';
    await memory.correct({ tenant: scope.tenant, id: old.id, text, provenance: ann, expiresAt });
    expect((await texts(scope, 'key'))[0]).toBe(text);
    memory.passDays(4);
    expect(await texts(scope, 'key')).not.toContain(text);
  });

  it('puts a statement in the place of one that no rule would have found, and keeps what held before', async () => {
    const scope = newScope();
    const old = await memory.remember({ scope, text: 'The hall seats two hundred people', provenance: ann });
    memory.passDays(2);
    const {
      memory: now,
      superseded,
      act,
    } = await memory.correct({
      tenant: scope.tenant,
      id: old.id,
      text: 'The hall seats two hundred and fifty people',
      provenance: ann,
      reason: 'counted again',
    });
    expect(superseded).toMatchObject([{ id: old.id, state: 'superseded', supersededBy: now?.id }]);
    expect(act).toMatchObject({ kind: 'correct', actor: 'ann', reason: 'counted again', memories: [old.id, now?.id] });
    expect(await texts(scope, 'hall seats people')).toEqual([
      'The hall seats two hundred and fifty people',
      'The hall seats two hundred people',
    ]);
    const before = timestampFromDate(new Date(Number(old.createdAt?.seconds ?? 0n) * 1_000 + DAY_MS));
    const then = await memory.recall({ scope, query: 'hall seats people', asOf: before });
    expect(then.map(({ text }) => text)).toEqual(['The hall seats two hundred people']);
    // Taken back, all is as it was.
    memory.passDays(1);
    await memory.restore({ tenant: scope.tenant, actId: act?.id ?? '', actor: 'ann' });
    expect(await texts(scope, 'hall seats people')).toEqual(['The hall seats two hundred people']);
    expect((await memory.history(scope.tenant, old.id)).acts?.map(({ kind }) => kind)).toEqual(['correct', 'restore']);
    await expect(memory.restore({ tenant: scope.tenant, actId: act?.id ?? '' })).rejects.toMatchObject({
      code: 'memory.conflict',
    });
  });

  it.each([
    ['a memory that is not there', { id: 'mem_nothing' }, 'memory.not_found'],
    ['the same statement', { text: 'the hall SEATS two hundred' }, 'contract.invalid'],
    ['nothing readable', { text: '\u0000' }, 'contract.invalid'],
    ['what a person said, by an agent', { provenance: { source: 'agent' } }, 'memory.trust_too_low'],
  ])('of %s is refused and changes nothing', async (_, wrong, code) => {
    const scope = newScope();
    const { id } = await memory.remember({ scope, text: 'The hall seats two hundred', provenance: ann });
    const request = { tenant: scope.tenant, id, text: 'The hall seats three hundred', provenance: ann, ...wrong };
    await expect(memory.correct(request)).rejects.toMatchObject({ code });
    expect(await all(scope.tenant)).toEqual(['The hall seats two hundred: current']);
  });

  it('merges several into one that rests on them, and splits one into several', async () => {
    const scope = newScope();
    const ids = [];
    for (const text of ['Ann paints', 'Ann paints birds', 'Ann plays chess and golf'])
      ids.push((await memory.remember({ scope, text, provenance: ann })).id);
    const merged = await memory.merge({
      tenant: scope.tenant,
      ids: ids.slice(0, 2),
      text: 'Ann likes painting birds',
      provenance: ann,
    });
    const split = await memory.split({
      tenant: scope.tenant,
      id: ids[2] ?? '',
      texts: ['Ann plays chess', 'Ann plays golf'],
      provenance: ann,
    });
    expect(await all(scope.tenant)).toEqual([
      'Ann likes painting birds: current',
      'Ann paints birds: superseded',
      'Ann paints: superseded',
      'Ann plays chess and golf: superseded',
      'Ann plays chess: current',
      'Ann plays golf: current',
    ]);
    expect(merged.memory?.evidence).toEqual(ids.slice(0, 2).sort());
    await memory.restore({ tenant: scope.tenant, actId: split.act?.id ?? '' });
    await memory.restore({ tenant: scope.tenant, actId: merged.act?.id ?? '' });
    expect((await all(scope.tenant)).filter((line) => line.endsWith('current'))).toEqual([
      'Ann paints birds: current',
      'Ann paints: current',
      'Ann plays chess and golf: current',
    ]);
    const other = await memory.remember({ scope: { ...scope, user: 'bob' }, text: 'Bob paints', provenance: ann });
    await expect(
      memory.merge({ tenant: scope.tenant, ids: [ids[0] ?? '', other.id], text: 'both paint', provenance: ann }),
    ).rejects.toMatchObject({ code: 'contract.invalid', message: expect.stringContaining('several scopes') });
  });
});

describe('a retraction', () => {
  it('takes along what rests on it alone, out of every answer, and restores it exactly', async () => {
    const scope = newScope();
    const said = (text: string) => ({ text, speaker: 'Ann' });
    const { ids = [] } = await memory.record({
      scope,
      episodes: [said('zebra one'), said('zebra two')],
      provenance: ann,
    });
    const [one = '', two = ''] = ids;
    const rests = (text: string, evidence: string[], kind = 'fact') =>
      memory.remember({ scope, text, evidence, kind, provenance: { source: 'agent' } });
    const alone = await rests('zebra fact of one', [one]);
    await rests('zebra fact of both', [one, two]);
    await rests('zebra fact of the fact', [alone.id]);
    await rests('zebra summary of both', [one, two], 'summary');
    const before = [await all(scope.tenant), await statistics(scope.tenant), await texts(scope, 'zebra')];

    const act = await memory.retract({ tenant: scope.tenant, ids: [one], actor: 'ann', reason: 'not so' });
    expect(act.memories).toHaveLength(4);
    expect(act.kept).toHaveLength(1);
    expect((await texts(scope, 'zebra')).sort()).toEqual(['zebra fact of both', 'zebra two']);
    expect((await texts(scope, '')).sort()).toEqual(['zebra fact of both', 'zebra two']);
    const now = await statistics(scope.tenant);
    expect([now?.memories, now?.terms]).toEqual([now?.live, now?.indexed]);
    expect(now?.live).toBe('2');

    await memory.restore({ tenant: scope.tenant, actId: act.id, actor: 'ann' });
    expect([await all(scope.tenant), await statistics(scope.tenant), await texts(scope, 'zebra')]).toEqual(before);
  });

  it('of what replaced something lets that hold again', async () => {
    const scope = newScope();
    for (const place of ['Bonn', 'Rome', 'Oslo']) {
      await memory.remember({ scope, text: `I live in ${place}`, provenance: ann });
      memory.passDays(1);
    }
    const listed = await memory.list({ scope });
    const idOf = (place: string) => listed.find(({ text }) => text.endsWith(place))?.id ?? '';
    await memory.retract({ tenant: scope.tenant, ids: [idOf('Rome')], actor: 'ann' });
    expect(await all(scope.tenant)).toEqual([
      'I live in Bonn: superseded',
      'I live in Oslo: current',
      'I live in Rome: retracted',
    ]);
    const bonn = await memory.history(scope.tenant, idOf('Bonn'));
    expect(bonn.memory).toMatchObject({ supersededBy: idOf('Oslo') });
    await memory.retract({ tenant: scope.tenant, ids: [idOf('Oslo')], actor: 'ann' });
    expect(await all(scope.tenant)).toEqual([
      'I live in Bonn: current',
      'I live in Oslo: retracted',
      'I live in Rome: retracted',
    ]);
  });

  it('takes what was replaced along where it is told to', async () => {
    const scope = newScope();
    for (const place of ['Bonn', 'Rome', 'Oslo']) {
      await memory.remember({ scope, text: `I live in ${place}`, provenance: ann });
      memory.passDays(1);
    }
    const oslo = (await memory.list({ scope })).find(({ text }) => text.endsWith('Oslo'));
    const act = await memory.retract({ tenant: scope.tenant, ids: [oslo?.id ?? ''], withReplaced: true });
    expect(act.memories).toHaveLength(3);
    expect(await texts(scope, 'live')).toEqual([]);
    await memory.restore({ tenant: scope.tenant, actId: act.id });
    expect(await all(scope.tenant)).toEqual([
      'I live in Bonn: superseded',
      'I live in Oslo: current',
      'I live in Rome: superseded',
    ]);
  });

  it('is what was known until then: reads of before still know it', async () => {
    const scope = newScope();
    const { id, createdAt } = await memory.remember({ scope, text: 'the code is zebra', provenance: ann });
    memory.passDays(2);
    await memory.retract({ tenant: scope.tenant, ids: [id] });
    const knownAt = timestampFromDate(new Date(Number(createdAt?.seconds ?? 0n) * 1_000 + DAY_MS));
    expect((await memory.recall({ scope, query: 'zebra', knownAt })).map(({ text }) => text)).toEqual([
      'the code is zebra',
    ]);
    expect(await texts(scope, 'zebra')).toEqual([]);
  });

  it('of something that is not there, or another tenant’s, is refused whole', async () => {
    const scope = newScope();
    const { id } = await memory.remember({ scope, text: 'mine', provenance: ann });
    const other = newScope();
    await expect(memory.retract({ tenant: other.tenant, ids: [id] })).rejects.toMatchObject({
      code: 'memory.not_found',
    });
    await expect(memory.retract({ tenant: scope.tenant, ids: [id, 'mem_x'] })).rejects.toMatchObject({
      code: 'memory.not_found',
    });
    expect(await all(scope.tenant)).toEqual(['mine: current']);
    await expect(memory.restore({ tenant: scope.tenant, actId: 'act_x' })).rejects.toMatchObject({
      code: 'memory.act.not_found',
    });
  });

  it('and what is rested on it at the same time do not leave anything behind', async () => {
    const scope = newScope();
    for (let round = 0; round < 10; round += 1) {
      const { id } = await memory.remember({ scope, text: `root ${round}`, provenance: ann });
      await Promise.allSettled([
        ...[0, 1, 2].map((n) =>
          memory.remember({ scope, text: `leaf ${round} ${n}`, evidence: [id], provenance: ann }),
        ),
        memory.retract({ tenant: scope.tenant, ids: [id] }),
        memory.remember({ scope, text: `late leaf ${round}`, evidence: [id], provenance: ann }),
      ]);
    }
    expect(await texts(scope, 'leaf')).toEqual([]);
    expect(await statistics(scope.tenant)).toMatchObject({ memories: '0', live: '0', terms: '0', indexed: '0' });
  });
});

describe('an erasure', () => {
  it('leaves no word in any table, with a receipt, and does not let what was replaced hold again', async () => {
    const scope = newScope();
    await memory.remember({ scope, text: 'I live in Bonn', provenance: ann });
    memory.passDays(1);
    const secret = await memory.remember({ scope, text: 'I live in Quixotania', provenance: ann });
    const fact = await memory.remember({ scope, text: 'Quixotania is far', evidence: [secret.id], provenance: ann });
    await memory.remember({
      scope,
      text: 'Ann of Quixotania',
      kind: 'summary',
      evidence: [secret.id, fact.id],
      provenance: ann,
    });
    await memory.recall({ scope, query: 'Quixotania', runId: 'run_1' });
    await memory.retract({ tenant: scope.tenant, ids: [fact.id] });
    expect(await tablesWith('quixotania')).toEqual(['memories', 'postings']);
    const receipt = await memory.erase({ tenant: scope.tenant, ids: [secret.id], actor: 'ann', reason: 'asked to' });
    expect(receipt).toMatchObject({
      deleted: { memories: 3 },
      kept: 0,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await tablesWith('quixotania')).toEqual([]);
    expect(await tablesWith(secret.id)).toEqual([]);
    expect(await all(scope.tenant)).toEqual(['I live in Bonn: superseded']);
    const now = await statistics(scope.tenant);
    expect([now?.memories, now?.terms]).toEqual([now?.live, now?.indexed]);
    // Said again it is new.
    expect(await memory.remember({ scope, text: 'I live in Quixotania', provenance: ann })).toMatchObject({
      count: 1,
      state: 'current',
    });
  });

  it('of a user takes all of the user’s, and nothing of others', async () => {
    const scope = newScope();
    const bob = { ...scope, user: 'bob' };
    await memory.remember({ scope, text: 'ann drinks tea', provenance: ann });
    await memory.record({ scope: { ...scope, thread: 't' }, episodes: [{ text: 'ann said tea' }], provenance: ann });
    await memory.remember({ scope: bob, text: 'bob drinks tea', provenance: ann });
    const receipt = await memory.erase({
      tenant: scope.tenant,
      scope: { tenant: scope.tenant, user: 'ann' },
      actor: 'ops',
    });
    expect(receipt.deleted).toMatchObject({ memories: 2 });
    expect(await all(scope.tenant)).toEqual(['bob drinks tea: current']);
  });

  it.each([
    ['of nothing', {}],
    ['of a whole tenant by mistake', { scope: { tenant: 'x' } }],
    ['of ids and a scope', { ids: ['mem_1'], scope: { tenant: 'x', user: 'u' } }],
  ])('%s is refused', async (_, request) => {
    await expect(memory.erase({ tenant: 'x', ...request })).rejects.toMatchObject({ code: 'contract.invalid' });
  });

  it('makes what it erased unrestorable', async () => {
    const scope = newScope();
    const { id } = await memory.remember({ scope, text: 'zebra', provenance: ann });
    const act = await memory.retract({ tenant: scope.tenant, ids: [id] });
    await memory.erase({ tenant: scope.tenant, ids: [id] });
    await expect(memory.restore({ tenant: scope.tenant, actId: act.id })).rejects.toMatchObject({
      code: 'memory.conflict',
      message: expect.stringContaining('has been erased'),
    });
  });
});

describe('the history of a memory', () => {
  it('leads back to the run and the entry that it came from, and on to what came of it', async () => {
    const scope = newScope();
    const { ids: [episode = ''] = [], facts: [fact = ''] = [] } = await memory.record({
      scope,
      derive: true,
      provenance: { ...ann, runId: 'run_7' },
      episodes: [{ text: 'I live in Bonn', speaker: 'Ann', seq: 3 }],
    });
    const why = await memory.history(scope.tenant, fact);
    expect(why.evidence).toMatchObject([{ id: episode, provenance: { runId: 'run_7', seq: 3, source: 'user' } }]);
    expect((await memory.history(scope.tenant, episode)).derived).toMatchObject([{ id: fact }]);
    await expect(memory.history('nobody', fact)).rejects.toMatchObject({ code: 'memory.not_found' });
  });
});
