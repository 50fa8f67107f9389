import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryService } from '@switchyard/contracts';
import { startGateway, type TestGateway } from '../testing/gateway.fixture.js';

const { method } = MemoryService;
const RUNNER = { source: 'user', actor: 'user:runner' };

describe('memories over REST', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());
  const post = (path: string, body: object, key = 'sy_runner') =>
    gateway.request('POST', `/v1/memories${path}`, { body, key });

  it('records episodes as said by the caller, whatever they say of themselves', async () => {
    const asked = gateway.services.answer(method.recordEpisodes, () => ({ ids: ['mem_1'], stored: 1 }));
    const episodes = [{ text: 'Hello', speaker: 'ada', source: 'agent', seq: 4 }];
    const answer = await post('/episodes', { scope: { user: 'ada' }, conversation: 'talk', episodes });
    expect(answer.json).toMatchObject({ ids: ['mem_1'], stored: 1 });
    expect(asked[0]).toMatchObject({ scope: { tenant: 'acme', user: 'ada' }, provenance: RUNNER });
    expect(asked[0]?.episodes).toMatchObject([{ text: 'Hello', speaker: 'ada', source: '', seq: 0 }]);
    const asRun = await post('/episodes', { scope: {}, episodes, provenance: { run_id: 'run_1' } });
    expect([asRun.status, asked.length]).toEqual([400, 1]);
  });

  it('lets an assistant with the key of its user be believed less, and nobody be somebody else', async () => {
    const asked = gateway.services.answer(method.remember, () => ({ id: 'mem_1' }));
    for (const source of ['agent', 'tool', 'import', 'user'])
      await post('', { scope: {}, text: 'Tea', provenance: { source, actor: 'user:root' } });
    expect(asked.map(({ provenance }) => [provenance?.source, provenance?.actor])).toEqual([
      ['agent', 'user:runner'],
      ['user', 'user:runner'],
      ['user', 'user:runner'],
      ['user', 'user:runner'],
    ]);
  });

  it('passes on all that a search may ask for', async () => {
    const asked = gateway.services.answer(method.recall, () => ({}));
    const at = '2026-03-01T12:00:00+01:00';
    const parameters = new URLSearchParams({ query: 'tea', user: 'ada', budget_tokens: '500', min_trust: 'medium' });
    for (const name of ['as_of', 'known_at', 'since', 'until']) parameters.set(name, at);
    for (const kind of ['fact', 'summary']) parameters.append('kinds', kind);
    parameters.set('tags', 'taste');
    expect((await gateway.request('GET', `/v1/memories/search?${parameters}`)).status).toBe(200);
    const time = { seconds: BigInt(Date.parse(at) / 1_000) };
    expect(asked[0]).toMatchObject({
      scope: { tenant: 'acme', user: 'ada' },
      kinds: ['fact', 'summary'],
      tags: ['taste'],
      budgetTokens: 500,
      minTrust: 'medium',
      asOf: time,
      knownAt: time,
      since: time,
      until: time,
    });
    for (const wrong of ['as_of=yesterday', 'min_trust=total', 'budget_tokens=-1', 'run_id=run_1'])
      expect([wrong, (await gateway.request('GET', `/v1/memories/search?query=tea&${wrong}`)).status]).toEqual([
        wrong,
        400,
      ]);
    expect((await post('/search', { query: 'tea', run_id: 'run_1' })).status).toBe(400);
  });

  it('has an agent put it into order only for those who may run agents', async () => {
    const asked = gateway.services.answer(method.recall, () => ({}));
    expect((await post('/search', { query: 'tea', rerank: 'ranker' }, 'sy_reader')).status).toBe(403);
    expect((await post('/search', { query: 'tea' }, 'sy_reader')).status).toBe(200);
    expect((await post('/search', { query: 'tea', rerank: 'ranker' })).status).toBe(200);
    expect(asked.map(({ rerank }) => rerank)).toEqual(['', 'ranker']);
  });

  it('passes on all that a list may be narrowed by', async () => {
    const asked = gateway.services.answer(method.listMemories, () => ({ memories: [] }));
    const at = '2026-03-01T12:00:00+01:00';
    const parameters = new URLSearchParams({ user: 'ada', since: at, until: at, run_id: 'run_1', as_said: 'true' });
    for (const [name, value] of [
      ['kinds', 'fact'],
      ['kinds', 'episode'],
      ['states', 'retracted'],
      ['tags', 'taste'],
      ['conversation', 'talk'],
    ] as const)
      parameters.append(name, value);
    expect((await gateway.request('GET', `/v1/memories?${parameters}`)).status).toBe(200);
    const time = { seconds: BigInt(Date.parse(at) / 1_000) };
    const narrow = { kinds: ['fact', 'episode'], states: ['retracted'], tags: ['taste'], since: time, until: time };
    expect(asked).toMatchObject([
      { scope: { tenant: 'acme', user: 'ada' }, ...narrow, runId: 'run_1', conversation: 'talk', asSaid: true },
    ]);
    for (const wrong of ['since=yesterday', 'as_said=perhaps', 'conversation=%00'])
      expect([wrong, (await gateway.request('GET', `/v1/memories?${wrong}`)).status]).toEqual([wrong, 400]);
  });

  it('does each act in the name of the caller', async () => {
    const correct = gateway.services.answer(method.correct, () => ({ memory: { id: 'mem_2' } }));
    const split = gateway.services.answer(method.split, () => ({ memories: [{ id: 'mem_2' }] }));
    const merge = gateway.services.answer(method.merge, () => ({ memory: { id: 'mem_3' } }));
    const retract = gateway.services.answer(method.retract, () => ({ id: 'act_1' }));
    const demote = gateway.services.answer(method.demote, () => ({ id: 'act_3' }));
    const restore = gateway.services.answer(method.restore, () => ({ id: 'act_2' }));
    const forget = gateway.services.answer(method.forget, ({ id }) => ({ id }));
    await post('/mem_1/correct', { text: 'Tea', reason: 'asked' });
    await post('/mem_1/split', { texts: ['Tea', 'Milk'] });
    await post('/merges', { ids: ['mem_1', 'mem_2'], text: 'Tea' });
    await post('/retractions', { ids: ['mem_1'], reason: 'wrong' });
    await post('/retractions', { act_id: 'act_0' });
    await post('/demotions', { ids: ['mem_1'], reason: 'worse' });
    await gateway.request('POST', '/v1/memories/acts/act_1/restore', { key: 'sy_runner' });
    await gateway.request('DELETE', '/v1/memories/mem_1', { key: 'sy_runner' });
    expect(correct).toMatchObject([{ tenant: 'acme', id: 'mem_1', text: 'Tea', reason: 'asked', provenance: RUNNER }]);
    expect(split).toMatchObject([{ tenant: 'acme', id: 'mem_1', texts: ['Tea', 'Milk'], provenance: RUNNER }]);
    expect(merge).toMatchObject([{ tenant: 'acme', ids: ['mem_1', 'mem_2'], provenance: RUNNER }]);
    expect(retract).toMatchObject([
      { tenant: 'acme', ids: ['mem_1'], reason: 'wrong', actor: 'user:runner' },
      { tenant: 'acme', ids: [], actId: 'act_0', actor: 'user:runner' },
    ]);
    expect(demote).toMatchObject([{ tenant: 'acme', ids: ['mem_1'], reason: 'worse', actor: 'user:runner' }]);
    expect(restore).toMatchObject([{ tenant: 'acme', actId: 'act_1', actor: 'user:runner' }]);
    expect(forget).toMatchObject([{ id: 'mem_1', actor: 'user:runner' }]);
    expect((await post('/retractions', { ids: ['mem_1'], actor: 'user:root' })).status).toBe(400);
    expect((await post('/mem_1/correct', { text: 'Tea', provenance: { call_id: 'call_1' } })).status).toBe(400);
  });

  it('erases for administrators alone, and within the tenant of the key', async () => {
    const asked = gateway.services.answer(method.erase, () => ({ id: 'act_1', deleted: { memories: 3 } }));
    expect((await post('/erasures', { scope: { user: 'ada' } })).status).toBe(403);
    const receipt = await post('/erasures', { scope: { user: 'ada' }, reason: 'asked for' }, 'sy_admin');
    expect(receipt.json).toMatchObject({ deleted: { memories: 3 } });
    expect(asked).toMatchObject([{ tenant: 'acme', scope: { tenant: 'acme', user: 'ada' }, reason: 'asked for' }]);
    expect((await post('/erasures', { scope: { tenant: 'other', user: 'ada' } }, 'sy_admin')).status).toBe(403);
    expect(asked).toHaveLength(1);
  });

  it('exports page by page and imports with the actor of the key', async () => {
    const exported = gateway.services.answer(method.exportMemories, () => ({ records: [{ memory: { id: 'mem_1' } }] }));
    const imported = gateway.services.answer(method.importMemories, () => ({ stored: 1 }));
    const page = await gateway.request('GET', '/v1/memories/export?user=ada&limit=10&after=mem_0&all=true');
    expect(page.json['records']).toMatchObject([{ memory: { id: 'mem_1' } }]);
    expect(exported).toMatchObject([{ scope: { tenant: 'acme', user: 'ada' }, limit: 10, after: 'mem_0', all: true }]);
    // As it was exported, with the tenant that it came from: whose it becomes is the key's to say.
    const records = [{ memory: { text: 'Tea', scope: { tenant: 'other', user: 'ada' }, trust: 'high' } }];
    expect((await post('/import', { scope: {}, records })).json).toMatchObject({ stored: 1, refused: [] });
    expect(imported).toMatchObject([{ scope: { tenant: 'acme' }, actor: 'user:runner', trust: '' }]);
    expect((await post('/import', { records, actor: 'user:root' })).status).toBe(400);
    expect((await post('/import', { records, trust: 'total' })).status).toBe(400);
  });

  it('reads histories, findings, policies, blocks and how it stands', async () => {
    gateway.services.answer(method.getMemory, ({ id }) => ({ memory: { id } }));
    gateway.services.answer(method.auditMemories, () => ({ memories: 7 }));
    gateway.services.answer(method.memoryStatus, () => ({ index: 'exact' }));
    gateway.services.answer(method.listRetention, () => ({ policies: [{ name: 'chat' }] }));
    const put = gateway.services.answer(method.putRetention, (policy) => policy);
    const removed = gateway.services.answer(method.deleteRetention, (policy) => policy);
    gateway.services.answer(method.getBlock, ({ label }) => ({ label, version: 2 }));
    const written = gateway.services.answer(method.putBlock, ({ label }) => ({ label, version: 3 }));
    const get = async (path: string) => (await gateway.request('GET', `/v1/memories${path}`)).json;
    expect(await get('/mem_1')).toMatchObject({ memory: { id: 'mem_1' }, versions: [] });
    expect(await get('/audit?user=ada')).toMatchObject({ memories: 7 });
    expect(await get('/status')).toMatchObject({ index: 'exact' });
    expect(await get('/retention')).toMatchObject({ policies: [{ name: 'chat' }] });
    expect(await get('/blocks?thread=t&label=notes')).toMatchObject({ label: 'notes', version: 2 });
    const policy = { name: 'chat', kind: 'episode', max_age_days: 30, scope: { user: 'ada' } };
    expect((await post('/retention', policy)).status).toBe(403);
    expect((await post('/retention', policy, 'sy_admin')).json).toMatchObject({ name: 'chat', max_age_days: 30 });
    expect(put).toMatchObject([{ tenant: 'acme', scope: { tenant: 'acme', user: 'ada' } }]);
    await gateway.request('DELETE', '/v1/memories/retention/chat', { key: 'sy_admin' });
    expect(removed).toMatchObject([{ tenant: 'acme', name: 'chat' }]);
    gateway.services.answer(method.getConsolidation, ({ tenant }) => ({ tenant, rounds: 'off' }));
    const chosen = gateway.services.answer(method.putConsolidation, (policy) => policy);
    expect(await get('/consolidation')).toMatchObject({ rounds: 'off' });
    expect((await post('/consolidation', { rounds: 'on' })).status).toBe(403);
    expect((await post('/consolidation', { rounds: 'often' }, 'sy_admin')).status).toBe(400);
    expect((await post('/consolidation', { rounds: 'on' }, 'sy_admin')).json).toMatchObject({ rounds: 'on' });
    expect(chosen).toMatchObject([{ tenant: 'acme', rounds: 'on' }]);
    const block = await post('/blocks', { scope: { thread: 't' }, label: 'notes', text: 'Ask twice.', version: 2 });
    expect(block.json).toMatchObject({ version: 3 });
    expect(written).toMatchObject([{ scope: { tenant: 'acme', thread: 't' }, version: 2, actor: 'user:runner' }]);
  });
});
