import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { typesOf, World } from './world.fixture.js';

const resultSchema = {
  type: 'object',
  properties: { sum: { type: 'integer', minimum: 0 } },
  required: ['sum'],
  additionalProperties: false,
};
const result = (sum: unknown) => ({ calls: [{ name: 'result', arguments: { sum } }] });

describe('a run of an agent with a result_schema', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
    world.surroundings.agent = { ...world.surroundings.agent, resultSchema };
  });
  afterEach(() => world.close());

  it('ends with the value, after the calls that it needed, and no tool host is asked for the result', async () => {
    const deltas = world.deltas();
    world.simulator.enqueue({ calls: [{ name: 'calculator', arguments: { expression: '2+2' } }] }, result(4));
    await world.startExecutor();
    const { state, events } = await world.ended(await world.accept('What is 2+2?'));
    expect(state).toMatchObject({
      status: 'completed',
      output: { sum: 4 },
      turns: 2,
      toolCalls: 1,
      rejectedResults: 0,
    });
    expect(world.toolCalls.map(({ tool }) => tool)).toEqual(['calculator']);
    expect(typesOf(events).filter((type) => type === 'ToolCallsRequested')).toHaveLength(1);
    const shown = deltas.filter(({ turn }) => turn === 2);
    expect(shown.map(({ kind, text }) => `${kind} ${text}`)).toEqual(['text {"sum":4}']);
  });

  it('tells the model what is wrong with its result and takes the next one', async () => {
    world.simulator.enqueue(result(-4), { text: 'It is four.' }, { text: '{"sum":4}' });
    await world.startExecutor();
    const { state, events } = await world.ended(await world.accept('What is 2+2?'));
    expect(state).toMatchObject({ status: 'completed', output: { sum: 4 }, turns: 3, rejectedResults: 2 });
    expect(typesOf(events)).toEqual([
      'RunAccepted',
      'ModelTurnCompleted',
      'InputAppended',
      'ModelTurnCompleted',
      'InputAppended',
      'ModelTurnCompleted',
      'RunCompleted',
    ]);
    expect(JSON.stringify(state.messages)).toContain('sum must be >= 0');
  });

  it('fails when the model was told twice', async () => {
    world.simulator.enqueue(result('a'), result('b'), result('c'), result(4));
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('What is 2+2?'));
    expect(state).toMatchObject({
      status: 'failed',
      turns: 3,
      output: null,
      error: { code: 'run.result_invalid', retryable: false, details: { fault: 'invalid_value', turn: 3 } },
    });
    expect(state.error?.message).toContain('sum must be integer');
  });

  it('does not go beyond its turns to get one', async () => {
    world.simulator.enqueue(result('a'), result(4));
    await world.startExecutor();
    const runId = await world.accept('What is 2+2?', { limits: { turns: 1 } });
    const { state } = await world.ended(runId);
    expect(state).toMatchObject({ status: 'failed', turns: 1, error: { code: 'run.limit_exceeded' } });
  });
});
