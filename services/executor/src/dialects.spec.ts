import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { typesOf, World } from './world.fixture.js';

describe('a run on an endpoint that leaves calls in its text', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
  });
  afterEach(() => world.close());

  it.each(['hermes', 'glm-4.7', 'qwen3-coder', 'kimi-k2', 'harmony', 'deepseek-v3.1', 'llama-3', 'auto'])(
    'in %s calls its tools and completes, and nobody sees markup',
    async (dialect) => {
      const deltas = world.deltas();
      world.surroundings.simulated = { writes: { dialect, pieceLength: 3 } };
      const expressions = ['2+2', '3*3'];
      const calls = expressions.map((expression) => ({ name: 'calculator', arguments: { expression } }));
      world.simulator.enqueue({ calls }, { text: 'It is four.' });
      await world.startExecutor();
      const { state, events } = await world.ended(await world.accept('What is 2+2?'));
      expect(typesOf(events)).toEqual([
        'RunAccepted',
        'ModelTurnCompleted',
        'ToolCallsRequested',
        'ToolCallSettled',
        'ToolCallSettled',
        'ModelTurnCompleted',
        'RunCompleted',
      ]);
      expect(state).toMatchObject({ status: 'completed', output: 'It is four.', turns: 2, toolCalls: 2 });
      expect(world.toolCalls.map((call) => call.arguments).toSorted(byText)).toEqual(
        expressions.map((expression) => ({ expression })),
      );
      const said = deltas.filter(({ kind }) => kind === 'text');
      expect(said.map(({ text }) => text).join('')).toBe('It is four.');
    },
  );

  it.each(['text', 'constrained'] as const)('and knows no tools calls them in %s mode and completes', async (mode) => {
    const deltas = world.deltas();
    world.surroundings.simulated = {
      ...(mode === 'text' ? { writes: { dialect: 'qwen3-coder', pieceLength: 3 } } : {}),
      profile: { tools: { mode } },
    };
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('What is 2+2?'));
    expect(world.toolCalls.map((call) => call.arguments)).toEqual([{ expression: '2 + 2' }]);
    expect(state).toMatchObject({ status: 'completed', output: '2 + 2 = 4', turns: 2, toolCalls: 1 });
    const said = deltas.filter(({ kind }) => kind === 'text');
    expect(said.map(({ text }) => text).join('')).toBe('2 + 2 = 4');
    expect(world.simulator.requests.every(({ body }) => !JSON.stringify(body).includes('"tools":'))).toBe(true);
  });

  it('that cuts one asks for it again, and executes only what came whole', async () => {
    world.surroundings.simulated = { writes: { dialect: 'hermes' } };
    const asked = { calls: [{ name: 'calculator', arguments: { expression: '2+2' } }] };
    world.simulator.enqueue({ ...asked, fault: { fault: 'markup-cut' } }, asked, { text: 'It is four.' });
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('What is 2+2?'));
    expect(state).toMatchObject({ status: 'completed', output: 'It is four.', turns: 3 });
    expect(world.toolCalls).toHaveLength(1);
  });
});

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a).localeCompare(JSON.stringify(b));
}
