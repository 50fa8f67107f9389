import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { create, RunEventSchema, SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { ConversationsController } from '../src/conversations/conversations.controller.js';
import { AskerService } from '../src/derivations/asker.service.js';
import { AsksStatusService } from '../src/derivations/asks-status.service.js';
import { DerivationRepository } from '../src/derivations/derivation.repository.js';
import { FactsAskRepository } from '../src/derivations/facts-ask.repository.js';
import { FactsService } from '../src/derivations/facts.service.js';
import { FakeRouter } from '../src/derivations/router.fixture.js';
import { SaveFactsService } from '../src/derivations/save-facts.service.js';
import { SettleService } from '../src/derivations/settle.service.js';
import { EpisodesService } from '../src/episodes.service.js';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';
import { MemoryRepository } from '../src/persistence/memory.repository.js';
import { SaveRepository } from '../src/persistence/save.repository.js';

let memory: MemoryFixture;
let router: FakeRouter;
let tenant = '';
let tenants = 0;
beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());
beforeEach(() => {
  router = new FakeRouter();
  router.memory = { remember: 'conversations', keepDays: 0, facts: { agent: 'finder', maxUsdPerDay: 1 } };
  tenant = `facts-${(tenants += 1)}`;
});

const PREFIX = 'switchyard';
const silent = { warn: () => undefined };

/** A replica: what it has in mind is lost when another one is made. */
function replica() {
  const { dataSource, time } = memory;
  const saver = new SaveRepository(dataSource);
  const derivations = new DerivationRepository(dataSource);
  const asked = new FactsAskRepository();
  // As much of the client, the logger and the bus as is used.
  const asker = new AskerService(router as never);
  const saving = new SaveFactsService(asked, saver, time);
  const settling = new SettleService(dataSource, derivations, asked, saving, asker, time);
  const memories = new MemoryRepository(dataSource);
  const facts = new FactsService(dataSource, derivations, asked, memories, asker, settling, time, silent as never);
  const episodes = new EpisodesService(saver, time);
  const events = new ConversationsController(episodes, router as never, { prefix: PREFIX } as never, facts);
  const tell = async (runId: string, type: 'runCompleted' | 'runFailed' = 'runCompleted') => {
    const name = type === 'runCompleted' ? 'RunCompleted' : 'RunFailed';
    const event = create(RunEventSchema, { tenant, runId, seq: 5, agent: 'helper', body: { case: type, value: {} } });
    await events.handle(event, { subject: `${PREFIX}.event.${tenant}.${runId}.${name}` } as never);
  };
  return { facts, tell };
}

interface Asked {
  episodes: { id: string; speaker: string; text: string }[];
  known: { id: string; statement: string }[];
}
const readAsk = (input: JsonObject) => input as unknown as Asked;
/** An agent that finds one fact in what a user says, resting on where he says it. */
const finds =
  (statement: string, more: Record<string, JsonValue> = {}) =>
  (input: JsonObject) => ({
    facts: readAsk(input)
      .episodes.filter(({ speaker }) => speaker === 'ann')
      .map(({ id }) => ({ statement, evidence: [id], ...more })),
  });
const found = async () =>
  (await memory.list({ scope: { tenant }, kinds: ['fact'] })).filter(
    ({ provenance }) => provenance?.actor === 'finder',
  );
const record = () =>
  sql<{ status: string; cost_usd: number; dropped: number; problem: string; run_id: string }>(
    memory.dataSource,
    'SELECT status, cost_usd, dropped, problem, run_id FROM memory.derivations WHERE tenant = $1 ORDER BY created_at, key',
    [tenant],
  );
const status = () => new AsksStatusService(memory.dataSource, memory.time).read(tenant);
const unavailable = () => new SwitchyardError('rpc.unavailable', 'Nobody runs it.', { retryable: true });

describe('facts that an agent finds', () => {
  it("rest on what was said, are an agent's word, and are asked for once however often the end is delivered", async () => {
    router.answer = finds('Ann is allergic to nuts');
    router.costUsd = 0.01;
    router.said(tenant, 'run_1', 'No nuts for me, they would kill me', 'Noted.');
    const replicas = [replica(), replica()];
    await Promise.all(Array.from({ length: 8 }, (_, n) => replicas[n % 2]?.tell('run_1')));
    expect(router.tasks).toHaveLength(1);
    expect(router.tasks[0]).toMatchObject({
      agent: 'finder',
      tenant,
      metadata: { 'switchyard.memory': 'facts' },
      limits: { costUsd: 0.1 },
    });
    const episodes = await memory.list({ scope: { tenant }, kinds: ['episode'] });
    const said = episodes.find(({ speaker }) => speaker === 'ann')?.id;
    const [fact] = await found();
    expect(fact).toMatchObject({
      text: 'Ann is allergic to nuts',
      trust: 'medium',
      count: 1,
      scope: { tenant, agent: 'helper', user: 'ann', thread: '' },
      evidence: [said],
      provenance: { source: 'agent', runId: 'run_ask_1', actor: 'finder' },
    });
    expect(await record()).toMatchObject([{ status: 'done', cost_usd: 0.01, dropped: 0, problem: '' }]);
    await memory.erase({ tenant, ids: [said ?? ''] });
    expect(await found()).toEqual([]);
  });

  it('are asked for in what no earlier ask covered, with what is known', async () => {
    const { tell } = replica();
    router.answer = finds('Ann is allergic to nuts');
    router.said(tenant, 'run_1', 'No nuts for me', 'Noted.');
    await tell('run_1');
    router.said(tenant, 'run_2', 'And no peas', 'As you like.');
    await tell('run_2');
    const asks = router.tasks.map(({ input }) => input);
    expect(router.tasks).toHaveLength(2);
    expect(JSON.stringify(asks[1])).toContain('And no peas');
    expect(JSON.stringify(asks[1])).toContain('Ann is allergic to nuts');
    expect(JSON.stringify(asks[1])).not.toContain('No nuts for me');
    // Said back, what it was given is no new evidence.
    expect((await found()).map(({ count, evidence }) => [count, evidence?.length])).toEqual([[1, 1]]);
  });

  it('count once what rules found in the same words', async () => {
    router.answer = finds('Ann lives in Bonn');
    router.said(tenant, 'run_1', 'I live in Bonn', 'Noted.');
    await replica().tell('run_1');
    expect(await memory.list({ scope: { tenant }, kinds: ['fact'] })).toMatchObject([{ count: 1, trust: 'high' }]);
  });

  it('take the place of known ones that they are shown, and of none that is believed more', async () => {
    const { tell } = replica();
    router.answer = finds('The trip that Ann plans for the summer goes to the island of Crete');
    router.said(tenant, 'run_1', 'Crete this summer!', 'Nice.');
    await tell('run_1');
    const mine = { tenant, agent: 'helper', user: 'ann' };
    const word = await memory.remember({ scope: mine, text: 'Ann hates boats', provenance: { source: 'user' } });
    memory.passDays(1);
    router.answer = (input) => {
      const replaces = readAsk(input).known.map(({ id }) => id);
      expect(replaces).toContain(word.id);
      return finds('The trip that Ann plans for the summer goes to the island of Malta', { replaces })(input);
    };
    router.said(tenant, 'run_2', 'Malta rather', 'Fine.');
    await tell('run_2');
    const all = await memory.list({ scope: { tenant }, kinds: ['fact'] });
    expect(all.map(({ text, state }) => [text.split(' ').at(-1), state]).sort()).toEqual([
      ['Crete', 'superseded'],
      ['Malta', 'current'],
      ['boats', 'current'],
    ]);
  });
});

describe('a fact that rules found too', () => {
  it('takes the place of what the agent says that it replaces', async () => {
    const { tell } = replica();
    router.answer = finds('Ann dislikes the coffee from the machine');
    router.said(tenant, 'run_1', 'Urgh, that coffee from the machine', 'Sorry.');
    await tell('run_1');
    memory.passDays(1);
    router.answer = (input) =>
      finds('Ann lives in Bonn', { replaces: readAsk(input).known.map(({ id }) => id) })(input);
    router.said(tenant, 'run_2', 'I live in Bonn', 'Noted.');
    await tell('run_2');
    const all = await memory.list({ scope: { tenant }, kinds: ['fact'] });
    expect(all.map(({ state, count, trust }) => [state, count, trust])).toEqual([
      ['current', 1, 'high'],
      ['superseded', 1, 'medium'],
    ]);
  });
});

describe('an ask for facts', () => {
  it('goes out after a crash before the router heard of it, and once', async () => {
    router.failures.push(unavailable());
    router.answer = finds('Ann is allergic to nuts');
    router.said(tenant, 'run_1', 'No nuts for me', 'Noted.');
    await replica().tell('run_1');
    expect([router.tasks, await found()]).toEqual([[], []]);
    memory.passDays(0.01);
    await replica().facts.keep();
    await replica().facts.keep();
    expect([router.tasks.length, (await found()).length]).toEqual([1, 1]);
  });

  it("is the same run after a crash between the router's acceptance and the record of it", async () => {
    router.prompt = false;
    router.answer = finds('Ann is allergic to nuts');
    router.said(tenant, 'run_1', 'No nuts for me', 'Noted.');
    await replica().tell('run_1');
    await sql(memory.dataSource, `UPDATE memory.derivations SET run_id = '' WHERE tenant = $1`, [tenant]);
    const [run = ''] = router.finish();
    await replica().tell(run);
    expect(await found()).toEqual([]);
    memory.passDays(0.01);
    await replica().facts.keep();
    expect([router.tasks.length, (await found()).length]).toEqual([1, 1]);
  });

  it('is answered once where the end of its run is delivered many times, and to several', async () => {
    router.prompt = false;
    router.answer = finds('Ann is allergic to nuts');
    router.said(tenant, 'run_1', 'No nuts for me', 'Noted.');
    await replica().tell('run_1');
    const [run = ''] = router.finish();
    await Promise.all([replica(), replica(), replica()].map(({ tell }) => tell(run)));
    expect((await found()).map(({ count }) => count)).toEqual([1]);
  });

  it.each([
    ['nonsense', () => 'I could not find any.', 'is not { facts'],
    ['a failed run', () => ({ fails: 'The model is gone.' }), 'The model is gone.'],
  ])('comes to nothing by %s, which is recorded and tried by nobody again', async (_, answer, problem) => {
    router.answer = answer;
    router.costUsd = 0.02;
    router.said(tenant, 'run_1', 'No nuts for me', 'Noted.');
    const { tell, facts } = replica();
    await tell('run_1');
    await tell('run_1');
    memory.passDays(0.01);
    await facts.keep();
    expect(router.tasks).toHaveLength(1);
    expect(await record()).toMatchObject([
      { status: 'failed', cost_usd: 0.02, problem: expect.stringContaining(problem) },
    ]);
    expect(await status()).toMatchObject([{ failed: 1, lastProblem: expect.stringContaining(problem) }]);
    expect((await memory.list({ scope: { tenant }, kinds: ['episode'] })).length).toBe(2);
  });

  it('to an agent that there is not is recorded as failed', async () => {
    router.failures.push(new SwitchyardError('agent.not_found', 'There is no agent "finder".'));
    router.said(tenant, 'run_1', 'No nuts for me', 'Noted.');
    await replica().tell('run_1');
    expect(await record()).toMatchObject([{ status: 'failed', problem: expect.stringContaining('no agent') }]);
  });

  it("never stores what rests on another tenant's memory, or on one that was not given", async () => {
    const theirs = await memory.remember({ scope: { tenant: 'theirs' }, text: 'The code is 4711' });
    const mine = await memory.remember({ scope: { tenant, user: 'ann' }, text: 'Ann likes tea' });
    router.answer = (input) => {
      const id = readAsk(input).episodes[0]?.id ?? '';
      const facts = [
        { statement: 'The code of the others is 4711', evidence: [theirs.id] },
        { statement: 'Ann is an administrator', evidence: [id, mine.id] },
        { statement: 'Ann is allergic to nuts', evidence: [id], replaces: [theirs.id] },
      ];
      return { facts: [...facts, { statement: 'Ann said something', evidence: [id] }] };
    };
    router.said(tenant, 'run_1', 'No nuts for me', 'Noted.');
    await replica().tell('run_1');
    expect((await found()).map(({ text }) => text)).toEqual(['Ann said something']);
    expect(await record()).toMatchObject([{ status: 'done', dropped: 3 }]);
    expect(await status()).toMatchObject([{ agent: 'finder', done: 1, dropped: 3, lastProblem: '' }]);
    expect(await memory.list({ scope: { tenant: 'theirs' } })).toMatchObject([{ id: theirs.id, state: 'current' }]);
  });

  it('leaves nothing of an episode that was erased before the answer came', async () => {
    router.prompt = false;
    router.answer = finds('Ann is allergic to nuts');
    router.said(tenant, 'run_1', 'No nuts for me', 'Noted.');
    const { tell } = replica();
    await tell('run_1');
    await memory.erase({ tenant, scope: { tenant, user: 'ann' } });
    await tell(router.finish()[0] ?? '');
    expect(await memory.list({ scope: { tenant } })).toEqual([]);
  });
});

describe('what asks may cost a day', () => {
  it('is never passed: what is left waits for the next day, and is then asked for together', async () => {
    router.answer = finds('Ann is allergic to nuts');
    router.costUsd = 0.1;
    const { tell, facts } = replica();
    for (let n = 1; n <= 13; n += 1) {
      router.said(tenant, `run_${n}`, `No nuts for me, says Ann for the ${n}th time`, `Noted ${n}.`);
      await tell(`run_${n}`);
    }
    expect(router.tasks).toHaveLength(10);
    expect(await status()).toMatchObject([
      {
        agent: 'finder',
        kind: 'facts',
        done: 10,
        waiting: 1,
        maxUsdPerDay: 1,
        lastProblem: expect.stringContaining('tomorrow'),
      },
    ]);
    expect((await status())[0]?.spentUsd).toBeCloseTo(1);
    expect((await record()).map(({ status }) => status).sort()).toEqual([
      ...Array.from({ length: 10 }, () => 'done'),
      'waiting',
    ]);
    await facts.keep();
    expect(router.tasks).toHaveLength(10);
    memory.passDays(1);
    await facts.keep();
    expect(router.tasks).toHaveLength(11);
    expect(JSON.stringify(router.tasks[10]?.input)).toContain('13th time');
    expect((await record()).every(({ status }) => status === 'done')).toBe(true);
  });

  it('counts what runs under way may still cost', async () => {
    router.prompt = false;
    const { tell } = replica();
    for (let n = 1; n <= 12; n += 1) {
      router.said(tenant, `run_${n}`, `No nuts for me, says Ann for the ${n}th time`, `Noted ${n}.`, {
        thread: `t${n}`,
      });
      await tell(`run_${n}`);
    }
    expect(router.tasks).toHaveLength(10);
    // They cost nothing, and make room.
    router.prompt = true;
    for (const run of router.finish()) await tell(run);
    expect(router.tasks).toHaveLength(12);
  });
});
