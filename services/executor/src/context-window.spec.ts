import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject, RunEvent } from '@switchyard/contracts';
import type { Fault } from '@switchyard/simulator';
import { World, typesOf } from './world.fixture.js';

const TURNS = 12;
/** About 1,000 tokens each, so that a dozen of them are three times the windows here. */
const SENTENCE = 'The page says that all is well. ';
const PAGE = SENTENCE.repeat(120);

let world: World;
let page = PAGE;
beforeEach(async () => {
  page = PAGE;
  world = await World.create({ SWITCHYARD_MODEL_ATTEMPTS: '2' });
  world.surroundings.tool = (call) => ({
    callId: call.callId,
    status: 'ok',
    content: [{ type: 'text', text: `${JSON.stringify(call.arguments)} ${page}` }],
  });
});
afterEach(() => world.close());

/** Executors that find the backend with these members of its profile. */
async function startWith(profile: JsonObject = {}): Promise<void> {
  world.surroundings.backend = { profile };
  await world.startExecutor();
}

/** A run of a dozen turns with a call each, and an answer. What is answered to a prompt that was cut is lost. */
async function longRun(): Promise<{ events: RunEvent[]; output: unknown; turns: number; compactions: RunEvent[] }> {
  for (let turn = 0; turn < TURNS; turn += 1)
    world.simulator.enqueue({ calls: [{ name: 'calculator', arguments: { expression: `${turn}+${turn}` } }] });
  world.simulator.enqueue({ text: 'All is well.' });
  const { state, events } = await world.ended(await world.accept('What do the pages say?'));
  expect(state.error).toBeNull();
  expect(state.status).toBe('completed');
  const compactions = events.filter(({ body }) => body.case === 'contextCompacted');
  return { events, output: state.messages.at(-1)?.parts, turns: state.turns, compactions };
}

const bodies = (): string[] =>
  world.simulator.requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.stringify(body));

/** Requests that were sent twice. */
function repeated(): number {
  return bodies().length - new Set(bodies()).size;
}

describe('a long run with tools', () => {
  it('is fitted before the endpoint refuses, where the profile knows the window', async () => {
    await startWith({ contextWindow: 10_000, maxOutputTokens: 500 });
    world.simulator.setFault({ fault: 'overflow', window: 10_000 });
    const { events, compactions } = await longRun();
    expect(compactions.length).toBeGreaterThan(0);
    // With head-room: not with every turn.
    expect(compactions.length).toBeLessThan(TURNS / 2);
    expect(bodies()).toHaveLength(TURNS + 1);
    const at = typesOf(events).indexOf('ContextCompacted');
    expect(typesOf(events)[at + 1]).toBe('ModelTurnCompleted');
    // The original stays in the journal.
    const settled = events.filter(({ body }) => body.case === 'toolCallSettled');
    expect(
      settled.every((event) =>
        JSON.stringify(event.body.value, (_, value: unknown) =>
          typeof value === 'bigint' ? Number(value) : value,
        ).includes(PAGE),
      ),
    ).toBe(true);
  });

  it.each<[string, Fault, JsonObject, number]>([
    ['refuses', { fault: 'overflow', window: 4_000 }, { overflow: 'error' }, 1],
    [
      'accepts in silence',
      { fault: 'overflow-accepted', window: 4_000 },
      { overflow: 'accepts', contextWindow: 4_000, tokens: { charactersPerToken: 8 } }, // Counts half, and is corrected by the first report: only a single leap gets past it.
      4.7,
    ],
    ['cuts in silence', { fault: 'overflow-truncated', window: 4_000 }, { overflow: 'truncates' }, 1],
  ])(
    'completes at an endpoint that %s what it has no room for, and sends nothing twice',
    async (_how, fault, profile, pages) => {
      page = SENTENCE.repeat(Math.floor(120 * pages));
      await startWith({ contextWindow: 100_000, maxOutputTokens: 500, ...profile });
      world.simulator.setFault(fault);
      const { compactions, output, turns } = await longRun();
      expect(compactions.length).toBeGreaterThan(0);
      expect(bodies().length).toBeGreaterThan(turns);
      expect(repeated()).toBe(0);
      expect(output).toEqual([{ type: 'text', text: 'All is well.' }]);
    },
  );

  it('learns the window that the endpoint names, for the next run as well', async () => {
    await startWith({ contextWindow: 100_000, maxOutputTokens: 500 });
    world.simulator.setFault({ fault: 'overflow', window: 4_000 });
    await longRun();
    const before = bodies().length;
    await longRun();
    expect(bodies().length - before).toBe(TURNS + 1);
  });
});

describe('an input that cannot fit', () => {
  it('fails with what to do, and is not sent at all', async () => {
    await startWith({ contextWindow: 1_000, maxOutputTokens: 500 });
    const { state } = await world.ended(await world.accept(PAGE.repeat(10)));
    expect(state).toMatchObject({ status: 'failed', turns: 0, error: { code: 'model.overflow.unfittable' } });
    expect(state.error?.message).toMatch(/Shorten the input .* a window of at least \d+ tokens/);
    expect(bodies()).toHaveLength(0);
  });

  it('is not sent again to an endpoint that refused it, however often it would', async () => {
    await startWith();
    world.simulator.setFault({ fault: 'overflow' });
    const { state } = await world.ended(await world.accept('Hi'));
    expect(state).toMatchObject({ status: 'failed', error: { code: 'model.overflow' } });
    expect(bodies()).toHaveLength(1);
  });
});
