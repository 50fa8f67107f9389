import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_ANSWER_BYTES } from '@switchyard/models';
import { waitFor } from '@switchyard/testing';
import { ChildRouter } from './children.fixture.js';
import { World } from './world.fixture.js';

/** Far below what NATS carries by default. */
const MOST_ON_THE_BUS = 512 * 1_024;
/** Tokens: two answers of two million each fit. */
const WINDOW = 10_000_000;
const LIMITS = { tokens: 10 * WINDOW };

/** As many bytes as one answer may have, in words of 1,023 letters that say where they stand. */
const LARGE =
  Array.from({ length: MAX_ANSWER_BYTES / 1_024 }, (_, index) => String(index).padEnd(1_023, 'x')).join(' ') + '.';

let world: World;
beforeEach(async () => {
  world = await World.create({}, { contextWindow: WINDOW });
  world.surroundings.backend = { profile: { contextWindow: WINDOW } };
});
afterEach(() => world.close());

const call = (text: string) => ({ text, calls: [{ name: 'calculator', arguments: { expression: '2+2' } }] });
const lastRequest = (): string => JSON.stringify(world.simulator.requests.at(-1)?.body);
const publishedSizes = async (): Promise<number[]> => (await world.stored('EVENTS')).map(({ data }) => data.length);

describe('an answer of 8 MiB', () => {
  it.each([true, false])(
    'is the output of its run, whole, and in no message of the bus (streamed: %s)',
    async (streaming) => {
      world.surroundings.simulated = { profile: { capabilities: { streaming } } };
      const deltas = world.deltas();
      world.simulator.enqueue({ text: LARGE });
      await world.startExecutor();
      const { state } = await world.ended(await world.accept('Tell me all'));
      expect(state.error).toBeNull();
      expect(state.output === LARGE).toBe(true);
      await world.queueEmpty();
      expect(Math.max(...(await publishedSizes()))).toBeLessThan(MOST_ON_THE_BUS);
      const shown = (): string => deltas.map(({ text }) => text).join('');
      await waitFor(() => shown() === LARGE, { describe: 'all of it to be shown' });
    },
  );

  it('is known to later turns, also those of another executor, and its turn is not asked for again', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    world.surroundings.tool = async ({ callId }) => {
      if (world.toolCalls.length === 1) await answered;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(call(LARGE), { text: 'Four.' });
    const first = await world.startExecutor();
    const runId = await world.accept('Tell me all, and 2+2', { limits: LIMITS });
    await waitFor(() => world.toolCalls.length === 1);
    const stopping = first.stop();
    await world.startExecutor();
    const { state } = await world.ended(runId);
    await stopping;
    answer();
    expect(state).toMatchObject({ status: 'completed', output: 'Four.', turns: 2 });
    expect(world.simulator.requests).toHaveLength(2);
    expect(lastRequest().includes(LARGE)).toBe(true);
  });

  it('of another agent is the result of its call where it is no more than a result may have, and else an error that says so', async () => {
    const router = new ChildRouter(world);
    await router.serve();
    world.surroundings.agent = { ...world.surroundings.agent, tools: [], agents: ['expert'] };
    const ask = { calls: [{ name: 'agent_expert', arguments: { input: 'All of it' } }] };
    const half = LARGE.slice(0, LARGE.length / 2);
    await world.startExecutor();
    for (const [said, expected] of [
      [half, half],
      [LARGE, 'answered with 8388608 bytes, and a call gives at most 4194304'],
    ] as const) {
      world.simulator.enqueue(ask, { text: said }, { text: 'Done.' });
      const runId = await world.accept('Ask the expert', { limits: LIMITS });
      const { state } = await world.until(runId, (run) => run.state.openCalls.some(({ child }) => child !== null));
      await world.ended(state.openCalls[0]?.child?.runId ?? '');
      await world.wake(runId, 'child_settled');
      expect((await world.ended(runId)).state.output).toBe('Done.');
      expect(lastRequest().includes(expected)).toBe(true);
    }
    await router.close();
  });
});
