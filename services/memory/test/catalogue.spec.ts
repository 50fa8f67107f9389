import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timestampFromDate } from '@switchyard/contracts';
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

/** What a list may be narrowed by, besides its scope. */
interface Narrowing {
  tags?: string[];
  kinds?: string[];
  states?: string[];
  since?: ReturnType<typeof timestampFromDate>;
  until?: ReturnType<typeof timestampFromDate>;
  runId?: string;
  conversation?: string;
  limit?: number;
  before?: string;
}

describe('a list that is narrowed', () => {
  it('has what was said in a time, has all of the tags, is of any of the kinds and states', async () => {
    const tenant = newTenant();
    const scope = { tenant };
    const day = () => timestampFromDate(memory.time());
    const texts = async (query: Narrowing) => (await list({ scope, ...query })).map(({ text }) => text).sort();
    await memory.remember({ scope, text: 'tea', tags: ['taste', 'warm'] });
    memory.passDays(2);
    const since = day();
    await memory.record({ scope, conversation: 'c', episodes: [{ text: 'milk', tags: ['taste'] }] });
    const until = day();
    memory.passDays(2);
    const { id } = await memory.remember({ scope, text: 'salt', tags: ['warm'] });
    await memory.retract({ tenant, ids: [id] });
    expect(await texts({ tags: ['taste'] })).toEqual(['milk', 'tea']);
    expect(await texts({ tags: ['taste', 'warm'] })).toEqual(['tea']);
    expect(await texts({ since })).toEqual(['milk']);
    expect(await texts({ until })).toEqual(['milk', 'tea']);
    expect(await texts({ since, until, kinds: ['episode'] })).toEqual(['milk']);
    expect(await texts({ states: ['retracted'] })).toEqual(['salt']);
    expect(await texts({ tags: ['none'] })).toEqual([]);
    await expect(list({ scope, since: day(), until })).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(list({ scope, kinds: ['rumour'] })).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(list({ scope, states: ['lost'] })).rejects.toMatchObject({ code: 'contract.invalid' });
  });

  it('to episodes as they were said has those of a run, of a conversation, or of both, page by page', async () => {
    const tenant = newTenant();
    const say = (runId: string, thread: string, ...texts: string[]) =>
      memory.record({
        scope: { tenant, agent: 'helper', user: 'ann' },
        conversation: thread,
        provenance: { runId, source: 'user' },
        episodes: texts.map((text, n) => ({
          text,
          speaker: n === 0 ? 'ann' : 'helper',
          seq: n + 1,
          key: `${runId}/${n === 0 ? 'input' : 'output'}`,
        })),
      });
    await say('run_1', 'talk', 'Good morning', 'Hello Ann');
    memory.passDays(1);
    await say('run_2', 'talk', 'How are you', 'Fine');
    memory.passDays(1);
    // Word for word what was said before: it is one memory, and of both runs.
    await say('run_3', 'other', 'Good morning', 'Hello again');
    await memory.remember({ scope: { tenant }, text: 'a fact', provenance: { runId: 'run_1' } });
    await memory.record({ scope: { tenant, thread: 'talk' }, conversation: 'c', episodes: [{ text: 'Aside' }] });
    const said = (query: Narrowing) => list({ scope: { tenant }, kinds: ['episode'], asSaid: true, ...query });
    const texts = async (query: Narrowing) => (await said(query)).map(({ text }) => text);
    expect(await texts({ runId: 'run_1' })).toEqual(['Good morning', 'Hello Ann']);
    expect((await said({ runId: 'run_1' })).map(({ provenance }) => [provenance?.runId, provenance?.seq])).toEqual([
      ['run_1', 1],
      ['run_1', 2],
    ]);
    expect(await texts({ runId: 'run_3' })).toEqual(['Good morning', 'Hello again']);
    const talk = ['Good morning', 'Hello Ann', 'How are you', 'Fine', 'Aside'];
    expect(await texts({ conversation: 'talk' })).toEqual(talk);
    expect(await texts({ conversation: 'talk', runId: 'run_2' })).toEqual(['How are you', 'Fine']);
    expect(await texts({ conversation: 'nothing' })).toEqual([]);
    const paged: string[] = [];
    for (let before = ''; ;) {
      const page = await said({ conversation: 'talk', limit: 2, before });
      if (page.length === 0) break;
      paged.push(...page.map(({ text }) => text));
      before = page.at(-1)?.id ?? '';
    }
    expect(paged).toEqual(talk);
    await expect(said({ before: 'mem_gone' })).rejects.toMatchObject({ code: 'memory.not_found' });
    expect(await list({ scope: { tenant: newTenant() }, runId: 'run_1' })).toEqual([]);
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
