import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { hasEnded, recordOfRun, type Appended, type RecordedAnswer } from '@switchyard/journal';
import fc from 'fast-check';
import { ChildRouter } from '../children.fixture.js';
import { lastBodyOf, typesOf, World } from '../world.fixture.js';

let world: World;
let router: ChildRouter;
/** Subjects of all that was said on the bus, apart from the work that moves runs and what is told of them. */
let asked: string[];

const tool = (name: string, more: { effect?: string; askFirst?: boolean; slow?: boolean } = {}) => ({
  name,
  description: name,
  parameters: { type: 'object', properties: { a: {} } },
  pool: 'default',
  effect: 'pure',
  fingerprint: `sha256:${name}`,
  ...more,
});
const TOOLS = [
  tool('read'),
  tool('pay', { effect: 'irreversible', askFirst: true }),
  tool('crawl', { slow: true, effect: 'idempotent' }),
];

beforeEach(async () => {
  world = await World.create();
  router = new ChildRouter(world);
  await router.serve();
  world.surroundings.tools = TOOLS;
  world.surroundings.agent = {
    ...world.surroundings.agent,
    tools: ['read', 'pay', 'crawl', 'sleep', 'ask_user'],
    agents: ['expert'],
    handoffs: ['expert'],
    approvals: { tools: ['read'] },
  };
  asked = [];
  world.bus.nc.subscribe(`${world.bus.prefix}.>`, {
    callback: (_error, { subject }) => {
      const name = subject.slice(world.bus.prefix.length + 1);
      if (!/^(exec|event|stream)\./.test(name)) asked.push(name);
    },
  });
  await world.bus.nc.flush();
});
afterEach(async () => {
  await router.close();
  await world.close();
});

const calls = (...wanted: [name: string, args: JsonObject][]) => ({
  calls: wanted.map(([name, args]) => ({ name, arguments: args })),
});
const answer = (name: string, args: JsonObject | undefined, text: string): RecordedAnswer => ({
  tool: name,
  ...(args ? { arguments: args } : {}),
  result: { status: 'ok', content: [{ type: 'text', text }] },
});
const resultsOf = ({ events }: Appended) =>
  events.flatMap(({ body, actor }) => (body.case === 'toolCallSettled' ? [{ actor, result: body.value.result }] : []));
/** Requests by which something could happen in the world, or by which somebody would be asked or remember. */
const acts = () => asked.filter((name) => !/^rpc\.(router\.(get|list|report)_\w+|tool-host\.list_tools)$/.test(name));
async function expectNoActs(): Promise<void> {
  await world.bus.nc.flush();
  const streams = await Promise.all(['TOOL', 'TIMERS'].map((stream) => world.messagesIn(stream)));
  expect([acts(), world.toolCalls, router.started, streams]).toEqual([[], [], [], [0, 0]]);
}

describe('a run that is answered from a record', () => {
  it('gets the recorded answer of every kind of call, is told what the recorded run was told, and acts on nothing', async () => {
    const memory = { role: 'user', parts: [{ type: 'text', text: 'Likes tea.' }] };
    const history = { role: 'user', parts: [{ type: 'text', text: 'Earlier.' }] };
    const wanted: [string, JsonObject][] = [
      ['read', { a: 1 }],
      ['pay', { a: 'all' }],
      ['crawl', {}],
      ['sleep', { seconds: 900 }],
      ['ask_user', { question: 'Which?' }],
      ['agent_expert', { input: 'How?' }],
    ];
    world.simulator.enqueue(calls(...wanted), { text: 'Done.' });
    await world.startExecutor();
    const runId = await world.accept('Go', {
      record: {
        answers: [...wanted].reverse().map(([name, args]) => answer(name, args, `answer of ${name}`)),
        context: [
          { source: 'thread', messages: [history] },
          { source: 'memory', messages: [memory], references: ['mem_1'] },
        ],
      },
    });
    const ended = await world.ended(runId);
    expect(ended.state).toMatchObject({ status: 'completed', output: 'Done.', turns: 2, toolCalls: 6 });
    expect(resultsOf(ended)).toMatchObject(
      wanted.map(([name]) => ({ actor: 'record', result: { content: [{ text: `answer of ${name}` }] } })),
    );
    expect(typesOf(ended.events).slice(0, 4)).toEqual([
      'RunAccepted',
      'InputAppended',
      'InputAppended',
      'ModelTurnCompleted',
    ]);
    expect(JSON.stringify(world.simulator.requests[0]?.body)).toMatch(/Earlier.*Likes tea.*Go/);
    await expectNoActs();
  });

  it('gives again what it was given, and ends as the recorded run ended', async () => {
    world.surroundings.agent.approvals = { tools: [] };
    world.surroundings.tool = ({ callId }) => ({ callId, status: 'ok', content: [{ type: 'text', text: 'seven' }] });
    const script = [calls(['read', { a: 1 }], ['read', { a: 2 }]), calls(['handoff_expert', { reason: 'Because' }])];
    world.simulator.enqueue(...script, { text: 'From the expert.' });
    await world.startExecutor();
    const recorded = await world.accept('Go');
    const { state } = await world.until(
      recorded,
      (run) => run.state.openCalls[0]?.child !== undefined && run.state.openCalls[0]?.child !== null,
    );
    await world.ended(state.openCalls[0]?.child?.runId ?? '');
    await world.wake(recorded, 'child_settled');
    const first = await world.ended(recorded);
    expect(first.state).toMatchObject({ status: 'completed', output: 'From the expert.', handedOverTo: 'expert' });
    const [before, started] = [world.toolCalls.length, router.started.length];
    world.simulator.enqueue(...script);
    const again = await world.ended(
      await world.accept('Go', { record: { ...recordOfRun(first.events), runId: recorded } }),
    );
    expect(again.state).toMatchObject({ status: 'completed', output: 'From the expert.', handedOverTo: 'expert' });
    expect([world.toolCalls.length, router.started.length]).toEqual([before, started]);
    expect(recordOfRun(again.events).answers.map(({ result }) => result)).toEqual(
      recordOfRun(first.events).answers.map(({ result }) => result),
    );
  });

  it('fails at the first call that nothing answers, with the point and what is different there', async () => {
    world.simulator.enqueue(calls(['read', { a: 1 }]), calls(['read', { a: 1 }], ['pay', { a: 2, b: 'x' }]));
    await world.startExecutor();
    const answers = [
      answer('read', { a: 1 }, 'one'),
      { ...answer('read', { a: 1 }, 'two'), turn: 2 },
      { ...answer('pay', { a: 3 }, 'paid'), turn: 2, call_id: 'c9' },
    ];
    const ended = await world.ended(await world.accept('Go', { record: { answers, runId: 'run_0' } }));
    expect(ended.state).toMatchObject({ status: 'failed', turns: 2, error: { code: 'replay.diverged' } });
    expect(ended.state.error?.message).toMatch(
      /^In turn 2 the model called pay, and .*: the nearest one, of turn 2, has other arguments: a is 2 instead of 3; b is new \("x"\)\. It was not executed\. The run diverged from the run run_0 here/,
    );
    expect(ended.state.error?.details).toMatchObject({
      turn: 2,
      tool: 'pay',
      call_id: expect.any(String),
      recorded_run: 'run_0',
      nearest: { turn: 2, call_id: 'c9', differences: [{ path: 'a', recorded: '3', called: '2' }, { path: 'b' }] },
    });
    expect(resultsOf(ended)).toHaveLength(2);
    expect(lastBodyOf(ended.events)).toMatchObject({ error: { code: 'replay.diverged' } });
    await expectNoActs();
  });

  it('is told that nothing happened where unmatched calls are to be told, and goes on', async () => {
    world.simulator.enqueue(calls(['pay', { a: 1 }], ['read', {}]), { text: 'Then not.' });
    await world.startExecutor();
    const record = { answers: [answer('read', undefined, 'any')], unmatched: 'tell' };
    const ended = await world.ended(await world.accept('Go', { record }));
    expect(ended.state).toMatchObject({ status: 'completed', output: 'Then not.' });
    expect(resultsOf(ended)).toMatchObject([
      { actor: 'record', result: { status: 'error', error: { code: 'replay.no_answer' } } },
      { actor: 'record', result: { status: 'ok' } },
    ]);
    await expectNoActs();
  });

  it('executes nothing, whatever the model calls, whatever is recorded, and however many executors are woken for it', async () => {
    await Promise.all([world.startExecutor(), world.startExecutor()]);
    const args = fc.oneof(fc.constant({}), fc.record({ a: fc.constantFrom(1, 2) }));
    const call = fc.oneof(
      fc.tuple(fc.constantFrom('read', 'pay', 'crawl', 'nothing_of_the_kind'), args),
      fc.constantFrom<[string, JsonObject]>(
        ['sleep', { seconds: 60 }],
        ['ask_user', { question: 'Which?' }],
        ['agent_expert', { input: 'x' }],
        ['handoff_expert', { reason: 'x' }],
      ),
    );
    const program = fc.record({
      turns: fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
      kept: fc.array(fc.constantFrom(true, true, true, false), { minLength: 16, maxLength: 16 }),
      repeatable: fc.boolean(),
      unmatched: fc.constantFrom('stop', 'tell'),
      wakes: fc.nat(4),
    });
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(program, async ({ turns, kept, repeatable, unmatched, wakes }) => {
        const answers = turns
          .flat()
          .filter((_, index) => kept[index])
          .map(([name, given]) => ({ ...answer(name, given, name), ...(repeatable ? { repeatable } : {}) }));
        world.simulator.enqueue(...turns.map((turn) => calls(...turn)), { text: 'End.' });
        const runId = await world.accept('Go', { limits: { turns: 12 }, record: { answers, unmatched } });
        for (let wake = 0; wake < wakes; wake += 1) await world.wake(runId, 'reconciled');
        const { state } = await world.ended(runId);
        expect(hasEnded(state)).toBe(true);
        seen.add(state.error?.code ?? state.status);
        await expectNoActs();
      }),
      { numRuns: 25, seed: 34, endOnFailure: true },
    );
    expect([...seen]).toEqual(expect.arrayContaining(['completed', 'replay.diverged']));
  });
});
