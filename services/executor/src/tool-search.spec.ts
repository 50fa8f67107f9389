import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { toolResultsOf } from '@switchyard/models';
import { World } from './world.fixture.js';

const THINGS = [
  'invoice',
  'ticket',
  'parcel',
  'contract',
  'meeting',
  'photo',
  'playlist',
  'server',
  'branch',
  'recipe',
];
const VERBS = ['create', 'delete', 'list', 'send', 'archive', 'approve'];
const NAMES = THINGS.flatMap((thing) => VERBS.map((verb) => `desk_${verb}_${thing}`));
const tool = (name: string) => ({
  name,
  description: `${name.split('_').slice(1).join(' ')}.`,
  parameters: { type: 'object', properties: { id: { type: 'integer' } }, additionalProperties: false },
  pool: 'default',
  effect: 'pure',
  source: 'mcp:desk',
  fingerprint: `sha256:${name}`,
});

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.surroundings.tools = [...NAMES, 'desk_rename_contract', 'other_send_invoice'].map(tool);
  world.surroundings.agent = { ...world.surroundings.agent, tools: NAMES };
});
afterEach(() => world.close());

/** Names of the tools in the n-th request to the model. */
function shownIn(request: number): string[] {
  const tools = (world.simulator.requests[request]?.body as { tools?: { function: { name: string } }[] }).tools ?? [];
  return tools.map(({ function: { name } }) => name);
}
const call = (name: string, args: JsonObject) => ({ calls: [{ name, arguments: args }] });

describe('an agent with many tools', () => {
  it('is shown those that suit the task and find_tools, and what it finds from the next turn on', async () => {
    const finding = call('find_tools', { query: 'make a new recipe', limit: 2 });
    world.simulator.enqueue(finding, call('desk_create_recipe', { id: 1 }), { text: 'Done.' });
    await world.startExecutor();
    const { state, events } = await world.ended(await world.accept('Send the invoice to Globex'));
    expect(state).toMatchObject({ status: 'completed', output: 'Done.' });
    const [first, second, third] = [shownIn(0), shownIn(1), shownIn(2)];
    expect(first).toHaveLength(11);
    expect(first).toEqual(expect.arrayContaining(['desk_send_invoice', 'find_tools']));
    expect(first).not.toContain('desk_create_recipe');
    // What stood there before stays as it was: a backend's prompt cache holds.
    expect(second.slice(0, first.length)).toEqual(first);
    expect(second.slice(first.length)).toContain('desk_create_recipe');
    expect(third).toEqual(second);
    expect(world.toolCalls.map((made) => made.tool)).toEqual(['desk_create_recipe']);
    const offered = events.flatMap(({ body }) => (body.case === 'modelTurnCompleted' ? [body.value.offeredTools] : []));
    expect(offered).toEqual([first, second, third]);
    expect(state.foundTools).toHaveLength(2);
  });

  it('finds its own tools and no others, with their schemas, and a call of one that is not shown is made', async () => {
    const finding = call('find_tools', { query: 'rename contract; send invoice', limit: 20 });
    world.simulator.enqueue(finding, call('desk_archive_photo', { id: 3 }), { text: 'Done.' });
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Tidy up'));
    expect(state.status).toBe('completed');
    const told = JSON.stringify(state.messages.flatMap((message) => toolResultsOf(message)));
    expect(told).toContain('- desk_send_invoice: send invoice.');
    expect(told).toContain('integer');
    expect(told).not.toContain('desk_rename_contract');
    expect(told).not.toContain('other_send_invoice');
    expect(shownIn(1)).not.toContain('desk_archive_photo');
    expect(world.toolCalls.map((made) => made.tool)).toEqual(['desk_archive_photo']);
  });

  it('is told what is wrong with a call of a tool that is not its own, or with arguments that the schema of one not shown refuses', async () => {
    world.simulator.enqueue(
      {
        calls: [
          { name: 'desk_rename_contract', arguments: { id: 1 } },
          { name: 'desk_archive_photo', arguments: { id: 'x' } },
        ],
      },
      call('find_tools', { query: '' }),
      { text: 'Sorry.' },
    );
    await world.startExecutor();
    const { state, events } = await world.ended(await world.accept('Tidy up'));
    expect(state.output).toBe('Sorry.');
    expect(world.toolCalls).toEqual([]);
    const codes = events.flatMap(({ body }) =>
      body.case === 'toolCallSettled' ? [body.value.result?.error?.code] : [],
    );
    expect(codes).toEqual(['tool.not_found', 'tool.invalid_arguments', 'tool.invalid_arguments']);
  });

  it('is always shown what its definition says, and everything where it says so', async () => {
    world.simulator.enqueue({ text: 'One.' }, { text: 'Two.' });
    await world.startExecutor();
    world.surroundings.agent.toolSearch = { initial: 1, always: ['desk_list_server'] };
    await world.ended(await world.accept('Send the invoice'));
    expect(shownIn(0).toSorted()).toEqual(['desk_list_server', 'desk_send_invoice', 'find_tools']);
    world.surroundings.agent.toolSearch = { mode: 'off' };
    world.forgetAgents();
    await world.ended(await world.accept('Send the invoice'));
    expect(shownIn(1).toSorted()).toEqual(NAMES.toSorted());
  });
});
