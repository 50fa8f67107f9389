import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@switchyard/testing';
import { World } from './world.fixture.js';

const tool = (name: string, effect: string) => ({
  name,
  description: name,
  parameters: { type: 'object', properties: { code: { type: 'string' } } },
  pool: 'default',
  effect,
  fingerprint: `sha256:${name}`,
});
const code = { calls: [{ name: 'run_javascript', arguments: { code: '1' } }] };

describe('a call that runs code', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create({ SWITCHYARD_TOOL_WAIT_MS: '500' });
    const { surroundings } = world;
    surroundings.tools.push(tool('run_javascript', 'idempotent'), tool('send', 'irreversible'));
    surroundings.agent = {
      ...surroundings.agent,
      tools: ['calculator', 'run_javascript', 'send', 'sleep'],
      approvals: { tools: ['irreversible'] },
    };
  });
  afterEach(() => world.close());

  it("is told what it may call: the agent's tools that nobody is asked about; no other call is told anything", async () => {
    world.simulator.enqueue(
      { calls: [...code.calls, { name: 'calculator', arguments: { expression: '1' } }] },
      { text: 'Done.' },
    );
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Go.'));
    expect(state.status).toBe('completed');
    const granted = Object.fromEntries(world.toolCalls.map((call) => [call.tool, call.grantedTools]));
    expect(granted).toEqual({ run_javascript: ['calculator'], calculator: [] });
  });

  it('is told the same on the work queue, where it takes long', async () => {
    world.surroundings.tool = () => new Promise(() => undefined);
    world.simulator.enqueue(code);
    await world.startExecutor();
    await world.accept('Go.');
    const work = await waitFor(async () => (await world.toolWork())[0], { describe: 'the call on the queue' });
    expect(work.call).toMatchObject({ tool: 'run_javascript', grantedTools: ['calculator'] });
  });
});
