import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timestampFromDate } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DAY_MS, memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';

let memory: MemoryFixture;
let tenants = 0;
const newScope = () => ({ tenant: `retention-${(tenants += 1)}`, user: 'ann' });
beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

const ann = { source: 'user' };
const texts = async (tenant: string) => (await memory.list({ scope: { tenant } })).map(({ text }) => text).sort();
const acts = (tenant: string) =>
  sql<{ reason: string; deleted: number }>(
    memory.dataSource,
    `SELECT reason, (details->'deleted'->>'memories')::integer AS deleted FROM memory.acts WHERE tenant = $1 AND kind = 'forget'`,
    [tenant],
  );

describe('forgetting by policy', () => {
  it('takes what is older than it may be, of the scope and kind alone, with what rests on it, as an act', async () => {
    const scope = newScope();
    await memory.putRetention({
      tenant: scope.tenant,
      name: 'talk',
      scope: { tenant: scope.tenant, user: 'ann' },
      kind: 'episode',
      maxAgeDays: 30,
    });
    await memory.record({
      scope,
      derive: true,
      provenance: ann,
      episodes: [{ text: 'I live in Bonn', speaker: 'Ann' }],
    });
    await memory.remember({ scope, text: 'a fact of ann', provenance: ann });
    await memory.record({ scope: { ...scope, user: 'bob' }, provenance: ann, episodes: [{ text: 'bob said it' }] });
    memory.passDays(29);
    expect(await memory.sweep()).toBe(0);
    memory.passDays(2);
    await memory.record({ scope, provenance: ann, episodes: [{ text: 'said just now' }] });
    expect(await memory.sweep()).toBe(2);
    expect(await texts(scope.tenant)).toEqual(['a fact of ann', 'bob said it', 'said just now']);
    expect(await acts(scope.tenant)).toEqual([{ reason: 'policy talk', deleted: 2 }]);
    expect(await memory.sweep()).toBe(0);
  });

  it('takes what nobody used, and leaves what somebody did', async () => {
    const scope = newScope();
    await memory.putRetention({ tenant: scope.tenant, name: 'unused', unusedDays: 10 });
    await memory.remember({ scope, text: 'zebra is used', provenance: ann });
    await memory.remember({ scope, text: 'heron is not', provenance: ann });
    memory.passDays(9);
    await memory.recall({ scope, query: 'zebra', runId: 'run_1' });
    memory.passDays(2);
    expect(await memory.sweep()).toBe(1);
    expect(await texts(scope.tenant)).toEqual(['zebra is used']);
  });

  it('keeps to a quota of each scope, the least valuable going first', async () => {
    const scope = newScope();
    await memory.putRetention({ tenant: scope.tenant, name: 'few', quota: 3 });
    await memory.remember({ scope, text: 'from a page', provenance: { source: 'web' } });
    await memory.remember({ scope, text: 'said once', provenance: ann });
    for (let n = 0; n < 3; n += 1) await memory.remember({ scope, text: 'said often', provenance: ann });
    for (const place of ['Bonn', 'Rome']) {
      memory.passDays(1);
      await memory.remember({ scope, text: `I live in ${place}`, provenance: ann });
    }
    await memory.remember({ scope: { ...scope, user: 'bob' }, text: 'bob is another scope', provenance: ann });
    expect(await memory.sweep()).toBe(2);
    expect(await texts(scope.tenant)).toEqual(['I live in Rome', 'bob is another scope', 'said often', 'said once']);
  });

  it('takes each memory when its own time is over, which recall knows at once', async () => {
    const scope = newScope();
    const saved = await memory.remember({ scope, text: 'zebra for a day', provenance: ann, expiresAt: inDays(1) });
    expect(saved.expiresAt).toBeDefined();
    expect(await memory.recall({ scope, query: 'zebra' })).toHaveLength(1);
    memory.passDays(2);
    expect(await memory.recall({ scope, query: 'zebra' })).toEqual([]);
    expect(await memory.recall({ scope, query: '' })).toEqual([]);
    expect(await memory.sweep()).toBeGreaterThanOrEqual(1);
    expect(await texts(scope.tenant)).toEqual([]);
  });

  it('is done once by many replicas, and forgets what runs were given after a month', async () => {
    const scope = newScope();
    for (let n = 0; n < 20; n += 1) await memory.remember({ scope, text: `zebra number ${n}`, provenance: ann });
    await memory.recall({ scope, query: 'zebra', runId: 'run_2' });
    await memory.putRetention({ tenant: scope.tenant, name: 'all', maxAgeDays: 40 });
    memory.passDays(41);
    const other = await memory.replica();
    await Promise.all([memory.sweep(), other.sweep()]);
    expect((await acts(scope.tenant)).reduce((sum, { deleted }) => sum + deleted, 0)).toBe(20);
    expect(await texts(scope.tenant)).toEqual([]);
    expect(await sql(memory.dataSource, 'SELECT 1 FROM memory.shown')).toEqual([]);
  });

  it('is listed and taken back, each tenant its own', async () => {
    const { tenant } = newScope();
    await memory.putRetention({ tenant, name: 'a', quota: 3 });
    await memory.putRetention({ tenant, name: 'a', quota: 5 });
    expect(await memory.policies.list(tenant)).toMatchObject([{ name: 'a', quota: 5 }]);
    expect(await memory.policies.list('another')).toEqual([]);
    expect(await memory.policies.delete('another', 'a')).toBeUndefined();
    expect(await memory.policies.delete(tenant, 'a')).toMatchObject({ name: 'a' });
    expect(await memory.policies.list(tenant)).toEqual([]);
  });
});

describe('an audit', () => {
  it('finds contradictions, duplicates, junk and orphans, and says what to do', async () => {
    const scope = newScope();
    await memory.remember({ scope, text: 'My favourite colour is teal', provenance: ann });
    await memory.remember({ scope, text: 'My favourite colour is puce', provenance: { source: 'web' } });
    await memory.remember({ scope, text: 'Bonn has a river', provenance: ann });
    await memory.remember({ scope, text: 'a river has Bonn', provenance: ann });
    await memory.remember({ scope, text: '{"ok":true}', provenance: ann });
    await sql(memory.dataSource, 'UPDATE memory.scopes SET memories = memories + 1 WHERE tenant = $1', [scope.tenant]);
    const report = await memory.audit({ scope: { tenant: scope.tenant } });
    expect(report).toMatchObject({ memories: 5, counts: { contradiction: 1, duplicate: 1, junk: 1, orphan: 1 } });
    expect(report.findings?.map(({ kind, memories = [] }) => [kind, memories.map(({ text }) => text)])).toEqual([
      ['contradiction', ['My favourite colour is teal', 'My favourite colour is puce']],
      ['orphan', []],
      ['duplicate', expect.arrayContaining(['Bonn has a river', 'a river has Bonn'])],
      ['junk', ['{"ok":true}']],
    ]);
    expect(await memory.audit({ scope: { tenant: 'nobody' } })).toMatchObject({ findings: [], memories: 0 });
  });
});

function inDays(days: number) {
  return timestampFromDate(new Date(memory.time().getTime() + days * DAY_MS));
}
