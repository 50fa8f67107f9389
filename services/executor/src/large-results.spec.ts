import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RpcServer, rpcSubject, TextParts } from '@switchyard/bus';
import { contentAddress, SwitchyardError, ToolHostService, type JsonValue } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { World } from './world.fixture.js';

const WINDOW = 10_000_000;
const LIMITS = { tokens: 10 * WINDOW };
/** As much as a result may have. */
const LARGE = 'Results. '.repeat((4 * 1_048_576) / 9);
const CONTENT: JsonValue = [{ type: 'text', text: LARGE }];

let world: World;
let ledger: RpcServer;
/** What a tool host says instead of giving a part. */
let refusal: SwitchyardError | undefined;
let given = '';
beforeEach(async () => {
  world = await World.create({}, { contextWindow: WINDOW });
  world.surroundings.backend = { profile: { contextWindow: WINDOW } };
  refusal = undefined;
  given = JSON.stringify(CONTENT);
  ledger = new RpcServer(world.bus, { service: 'ledger', version: '0', graceMs: 0 });
  const { getResultContent } = ToolHostService.method;
  const { input, output } = getResultContent;
  const parts = new TextParts(async () => given);
  ledger.serve(rpcSubject(world.bus, getResultContent), input, output, async ({ offset }) => {
    if (refusal) throw refusal;
    const { text = '', nextOffset = 0 } = (await parts.part('content', offset)) ?? {};
    return { text, nextOffset };
  });
  ledger.bindEvents();
  await world.bus.nc.flush();
  const apart = { hash: contentAddress(CONTENT), bytes: given.length };
  world.surroundings.tool = ({ callId }) => ({
    callId,
    status: 'ok',
    content: [{ type: 'text', text: 'Results. Results. […]' }],
    apart,
  });
  world.simulator.enqueue({ calls: [{ name: 'calculator', arguments: { expression: '2+2' } }] }, { text: 'Done.' });
});
afterEach(async () => {
  await ledger.close();
  await world.close();
});

const lastRequest = (): string => JSON.stringify(world.simulator.requests.at(-1)?.body);

describe('a tool’s result of 4 MiB', () => {
  it('is whole for the model, stands in the journal as a reference, and is in no message of the bus', async () => {
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Look it up', { limits: LIMITS }));
    expect(state).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(lastRequest().includes(LARGE)).toBe(true);
    await world.queueEmpty();
    const events = (await world.stored('EVENTS')).map(({ data }) => Buffer.from(data).toString());
    expect(Math.max(...events.map((event) => event.length))).toBeLessThan(100_000);
    expect(events.join('')).toContain('$payload');
    expect(events.join('')).not.toContain('apart');
  });

  it('that cannot be read now, or was decided between two of its parts, is no result: the run waits and asks again', async () => {
    refusal = new SwitchyardError('effect.not_found', 'The ledger has no such result.');
    await world.startExecutor();
    const runId = await world.accept('Look it up', { limits: LIMITS });
    await world.until(runId, ({ state }) => state.parked !== null);
    refusal = undefined;
    given = JSON.stringify([{ type: 'text', text: 'Another result' }]);
    await world.wake(runId, 'tool_settled');
    await waitFor(() => world.toolCalls.length === 2);
    await world.until(runId, ({ state }) => state.parked !== null);
    given = JSON.stringify(CONTENT);
    await world.wake(runId, 'tool_settled');
    expect((await world.ended(runId)).state.output).toBe('Done.');
    expect(lastRequest().includes(LARGE)).toBe(true);
    expect(new Set(world.toolCalls.map(({ callId }) => callId)).size).toBe(1);
  });
});
