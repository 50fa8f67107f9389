import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { schemaDrift, sql } from '@switchyard/persistence';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';
import { memoryOwner } from '../src/persistence/memory-owner.js';

let memory: MemoryFixture;
let tenants = 0;
const newTenant = () => `tenant-${(tenants += 1)}`;

beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

const list: MemoryFixture['list'] = (query) => memory.list(query);
const forget: MemoryFixture['forget'] = (tenant, id) => memory.forget(tenant, id);

describe('the schema', () => {
  it('is what the entities say once the migrations ran', async () => {
    expect(await schemaDrift(memory.databaseUrl, memoryOwner)).toEqual([]);
  });
});

describe('list', () => {
  it('pages through everything once, the newest first', async () => {
    const tenant = newTenant();
    for (let n = 0; n < 7; n += 1) {
      await memory.remember({ scope: { tenant }, text: `fact ${n}` });
      memory.passDays(1);
    }
    const seen: string[] = [];
    for (let before = ''; ;) {
      const page = await list({ scope: { tenant }, limit: 3, before });
      if (page.length === 0) break;
      seen.push(...page.map(({ text }) => text));
      before = page.at(-1)?.id ?? '';
    }
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `fact ${n}`));
  });

  it('is narrowed by the parts of the scope that are set', async () => {
    const tenant = newTenant();
    await memory.remember({ scope: { tenant }, text: 'of all' });
    await memory.remember({ scope: { tenant, user: 'ann' }, text: 'of ann' });
    await memory.remember({ scope: { tenant, user: 'ann', agent: 'guide' }, text: 'of ann and the guide' });
    expect((await list({ scope: { tenant } })).length).toBe(3);
    expect((await list({ scope: { tenant, user: 'ann' } })).length).toBe(2);
    expect((await list({ scope: { tenant, user: 'ann', agent: 'guide' } })).length).toBe(1);
    expect(await list({ scope: { tenant: 'nobody' } })).toEqual([]);
  });
});

describe('forget', () => {
  it('leaves no row and no posting, on any read path, and takes the memory out of the statistics', async () => {
    const tenant = newTenant();
    const { id } = await memory.remember({ scope: { tenant }, text: 'the secret is saffron' });
    await memory.remember({ scope: { tenant }, text: 'the rest' });
    expect((await forget(tenant, id)).text).toBe('the secret is saffron');

    expect(await memory.recall({ scope: { tenant }, query: 'saffron' })).toEqual([]);
    expect((await memory.recall({ scope: { tenant }, query: '' })).map(({ text }) => text)).toEqual(['the rest']);
    expect((await list({ scope: { tenant } })).map(({ text }) => text)).toEqual(['the rest']);
    expect(await sql(memory.dataSource, "SELECT term FROM memory.postings WHERE term = 'saffron'")).toEqual([]);
    const found = await memory.recall({ scope: { tenant }, query: 'rest' });
    expect(found[0]?.why).toContain('in 1 of 1');
  });

  it('says so when there is no such memory, or it is another tenant’s', async () => {
    const tenant = newTenant();
    const { id } = await memory.remember({ scope: { tenant }, text: 'mine' });
    await expect(forget(tenant, 'mem_nothing')).rejects.toMatchObject({ code: 'memory.not_found' });
    await expect(forget('another', id)).rejects.toMatchObject({ code: 'memory.not_found' });
    expect(await list({ scope: { tenant } })).toHaveLength(1);
  });

  it('is not undone by a late redelivery of the save, but by saying it anew', async () => {
    const tenant = newTenant();
    const save = { scope: { tenant }, text: 'forget me', provenance: { callId: 'call_1' } };
    const { id } = await memory.remember(save);
    await forget(tenant, id);
    await expect(memory.remember(save)).rejects.toMatchObject({ code: 'memory.not_found', retryable: false });
    expect(await list({ scope: { tenant } })).toEqual([]);
    expect((await memory.remember({ ...save, provenance: { callId: 'call_2' } })).count).toBe(1);
  });
});
