import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RpcServer, rpcSubject } from '@switchyard/bus';
import { SwitchyardError, ToolHostService, type JsonObject, type ReadKeptResultQuery } from '@switchyard/contracts';
import { textOf, toolResultsOf, type CanonicalMessage } from '@switchyard/models';
import { World } from './world.fixture.js';

const HASH = `sha256:${'a'.repeat(64)}`;
let world: World;
let host: RpcServer;
let asked: ReadKeptResultQuery[];
let refusal: SwitchyardError | undefined;
/** What the model does once it has read the preview, which names the call. */
let then: (callId: string) => Parameters<World['simulator']['enqueue']>;
beforeEach(async () => {
  world = await World.create();
  asked = [];
  refusal = undefined;
  then = () => [{ text: 'Read.' }];
  host = new RpcServer(world.bus, { service: 'host', version: '0', graceMs: 0 });
  const { readKeptResult } = ToolHostService.method;
  host.serve(rpcSubject(world.bus, readKeptResult), readKeptResult.input, readKeptResult.output, async (query) => {
    asked.push(query);
    if (refusal) throw refusal;
    return { pieces: [{ offset: query.offset, text: 'the rest' }], nextOffset: query.query === '' ? 108 : 0 };
  });
  host.bindEvents();
  await world.bus.nc.flush();
  const kept = { hash: HASH, characters: 900, lines: 3 };
  world.surroundings.tool = ({ callId }) => {
    world.simulator.enqueue(...then(callId));
    return { callId, status: 'ok', content: [{ type: 'text', text: 'The beginning […]' }], truncated: true, kept };
  };
});
afterEach(async () => {
  await host.close();
  await world.close();
});

const call = (name: string, args: JsonObject) => ({ calls: [{ name, arguments: args }] });
const calculate = call('calculator', { expression: '1' });
const shownIn = (request: number): string[] => {
  const body = world.simulator.requests[request]?.body as { tools: { function: { name: string } }[] };
  return body.tools.map(({ function: { name } }) => name);
};
const resultsOf = (messages: readonly CanonicalMessage[]): string[] =>
  messages.flatMap((message) => toolResultsOf(message)).map(({ parts }) => textOf(parts));

describe('read_result', () => {
  it('is there once the run was given a preview, reads on in it and looks into it, and is no other configuration', async () => {
    world.simulator.enqueue(calculate);
    await world.startExecutor();
    const { state, events } = await world.ended(await world.accept('Look it up'));
    expect(state.output).toBe('Read.');
    expect([shownIn(0), shownIn(1)]).toEqual([['calculator'], ['calculator', 'read_result']]);
    expect(state.keptResults).toEqual([{ callId: expect.any(String), hash: HASH, characters: 900 }]);
    const prints = events.flatMap(({ body }) =>
      body.case === 'modelTurnCompleted' ? [body.value.configuration?.fingerprint] : [],
    );
    expect(new Set(prints).size).toBe(1);
  });

  it('gives pages and places of the run’s own results, and refuses every other call’s, without asking anybody', async () => {
    let foreign = '';
    then = (callId) => {
      foreign = callId;
      return [{ text: 'One.' }];
    };
    world.simulator.enqueue(calculate);
    await world.startExecutor();
    await world.ended(await world.accept('First'));
    then = (callId) => [
      call('read_result', { call_id: callId, offset: 100, limit: 8 }),
      call('read_result', { call_id: callId, query: 'rest' }),
      call('read_result', { call_id: foreign }),
      { text: 'Done.' },
    ];
    world.simulator.enqueue(calculate);
    const { state } = await world.ended(await world.accept('Second'));
    expect(state.output).toBe('Done.');
    const [, page, places, refused] = resultsOf(state.messages);
    expect(page).toBe('[Characters 100 to 108 of 900. The next page begins at offset 108.]\nthe rest');
    expect(places).toContain('[At offset 0]\nthe rest');
    expect(refused).toContain(`No result of the call "${foreign}" is kept for this run`);
    expect(asked.map(({ callId }) => callId)).not.toContain(foreign);
    expect(asked.map(({ tenant, hash, offset, limit, query }) => [tenant, hash, offset, limit, query])).toEqual([
      ['default', HASH, 100, 8, ''],
      ['default', HASH, 0, 0, 'rest'],
    ]);
  });

  it('tells the model where the whole is kept no more, and the run goes on', async () => {
    refusal = new SwitchyardError('tool.result_not_kept', 'It is not kept any more.');
    then = (callId) => [call('read_result', { call_id: callId }), { text: 'Done.' }];
    world.simulator.enqueue(calculate);
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Look it up'));
    expect(state.output).toBe('Done.');
    expect(resultsOf(state.messages).at(-1)).toContain('It is not kept any more.');
  });
});
