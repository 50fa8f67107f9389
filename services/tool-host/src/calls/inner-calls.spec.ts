import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { create, SwitchyardError, ToolResultSchema, type ToolCall, type ToolResult } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { EffectsRepository } from '../effects/effects.repository.js';
import { text } from '../tools/tool.js';
import { CallHost, callOf, effectsDatabase, gate, type EffectsDatabase, type ProbeTool } from './call-host.fixture.js';
import { innerCallId } from './inner-call-id.js';

let effects: EffectsDatabase;
let hosts: CallHost[] = [];

beforeAll(async () => {
  effects = await effectsDatabase();
}, 180_000);
afterAll(() => effects.drop());
afterEach(async () => {
  await Promise.all(hosts.map(({ heartbeat }) => heartbeat.stop()));
  hosts = [];
});

const startHost = async (...tools: ProbeTool[]): Promise<CallHost> => {
  const host = await new CallHost(effects.dataSource, tools).start();
  hosts.push(host);
  return host;
};
const code = (source: string, grantedTools: string[], init: { runId?: string } = {}) =>
  callOf('run_javascript', { arguments: { code: source }, grantedTools, ...init });
const rowsOf = async ({ callId }: ToolCall): Promise<Record<string, unknown>[]> =>
  effects.dataSource.query(
    `SELECT call_id, tool, effect, status, attempt FROM effects.calls WHERE starts_with(call_id, $1) ORDER BY call_id`,
    [callId],
  );
const statusOf = async (callId: string): Promise<unknown> =>
  (
    (await effects.dataSource.query('SELECT status FROM effects.calls WHERE call_id = $1', [callId])) as {
      status: string;
    }[]
  )[0]?.status;
const textOf = ({ content }: ToolResult): string => String(content[0]?.['text']);
const says = (value: string) => () => Promise.resolve(text(value));

describe('calls that code makes', () => {
  it('are each accounted for, by ids of their own, with the effect class of their tool', async () => {
    const host = await startHost(
      { name: 'look', effect: 'pure', handler: says('{"n": 4}') },
      { name: 'send', effect: 'irreversible', handler: says('sent') },
    );
    const call = code(`const { n } = await tools.look(); [n, await tools.send({ n })]`, ['look', 'send']);
    const result = await host.calls.perform(call);
    expect([result.status, JSON.parse(textOf(result))]).toEqual(['ok', [4, 'sent']]);
    expect(await rowsOf(call)).toMatchObject([
      // Attempted again after a crash: what it did is accounted for by itself.
      { call_id: call.callId, tool: 'run_javascript', effect: 'idempotent', status: 'settled' },
      { call_id: `${call.callId}-1`, tool: 'look', effect: 'pure', status: 'settled' },
      { call_id: `${call.callId}-2`, tool: 'send', effect: 'irreversible', status: 'settled' },
    ]);
  });

  it('are only of tools that came with the call, whatever the code says', async () => {
    const host = await startHost({ name: 'look', effect: 'pure' }, { name: 'send', effect: 'irreversible' });
    const call = code(
      `Array.prototype.includes = () => true; const said = [];
       for (const name of ['send', 'run_javascript', 'nothing', '__proto__'])
         await tools[name]({}).then((x) => said.push(x), (e) => said.push(e.code));
       await tools.look({ n: 'x' }).catch((e) => said.push(e.code)); said.join()`,
      ['look'],
    );
    expect(textOf(await host.calls.perform(call))).toBe(
      'tool.not_granted,tool.not_granted,tool.not_granted,tool.not_granted,tool.invalid_arguments',
    );
    expect(host.ran).toEqual(['run_javascript'].slice(1));
    const without = code('await tools.look()', []);
    expect(await host.calls.perform(without)).toMatchObject({ status: 'error' });
    expect(await rowsOf(without)).toMatchObject([{ effect: 'pure' }]);
  });

  it('that have settled are found again after a crash, and are not run again', async () => {
    const held = gate();
    const tools = (last: Promise<void>): ProbeTool[] => [
      { name: 'send', effect: 'irreversible', handler: says('sent') },
      { name: 'put', effect: 'idempotent', handler: () => last.then(() => text('put')) },
    ];
    const frozen = await startHost(...tools(held.promise));
    const other = await startHost(...tools(Promise.resolve()));
    const call = code('[await tools.send(), await tools.put()].join()', ['send', 'put']);
    const late = frozen.calls.perform(call).catch((error: unknown) => error);
    await waitFor(async () => (await statusOf(`${call.callId}-2`)) === 'started', { describe: 'the second call' });
    await frozen.vanish();
    expect(await other.calls.perform(call)).toMatchObject({ status: 'ok', content: [{ text: 'sent,put' }] });
    expect([frozen.ran, other.ran]).toEqual([['send', 'put'], ['put']]);
    held.open();
    expect(await late).toMatchObject({ content: [{ text: 'sent,put' }] });
  });

  it('put the code in doubt where one is, until somebody decides: then it goes on where it was', async () => {
    const held = gate();
    const tools = (until: Promise<void>): ProbeTool[] => [
      { name: 'look', effect: 'pure', handler: says('seen') },
      { name: 'send', effect: 'irreversible', handler: () => until.then(() => text('sent')) },
    ];
    const frozen = await startHost(...tools(held.promise));
    const other = await startHost(...tools(Promise.resolve()));
    const call = code('[await tools.look(), await tools.send(), await tools.look()].join()', ['look', 'send']);
    const late = frozen.calls.perform(call).catch((error: unknown) => error);
    await waitFor(async () => (await statusOf(`${call.callId}-2`)) === 'started', { describe: 'the sending' });
    await frozen.vanish();

    const inDoubt = await other.calls.perform(call);
    expect(inDoubt).toMatchObject({ status: 'unknown', error: { code: 'tool.outcome_unknown' } });
    expect(textOf(inDoubt)).toContain(`${call.callId}-2`);
    expect(other.ran).toEqual([]);
    const repository = new EffectsRepository(effects.dataSource);
    const by = { by: 'user:ada', reason: 'I looked' };
    const said = create(ToolResultSchema, { status: 'ok', content: [{ type: 'text', text: 'as ada says' }] });
    await repository.decide('default', `${call.callId}-2`, { decision: 'settle', attempt: 0, result: said }, by);
    await repository.decide('default', call.callId, { decision: 'retry', attempt: 0, result: undefined }, by);
    expect(await other.calls.perform(call)).toMatchObject({
      status: 'ok',
      content: [{ text: 'seen,as ada says,seen' }],
    });
    expect(other.ran).toEqual(['look']);
    held.open();
    await late;
    expect(await statusOf(call.callId)).toBe('settled');
  });

  it('are refused where repeated code makes other ones than the first time', async () => {
    const held = gate();
    const frozen = await startHost({
      name: 'put',
      effect: 'idempotent',
      handler: () => held.promise.then(() => text('')),
    });
    const other = await startHost({ name: 'put', effect: 'idempotent' });
    const call = code('await tools.put({ n: Date.now() })', ['put']);
    const late = frozen.calls.perform(call).catch((error: unknown) => error);
    await waitFor(async () => (await statusOf(`${call.callId}-1`)) === 'started', { describe: 'the call' });
    await frozen.vanish();
    const repeated = await other.calls.perform(call);
    expect(repeated).toMatchObject({ status: 'error' });
    expect(textOf(repeated)).toContain('tool.call_conflict');
    expect(other.ran).toEqual([]);
    held.open();
    await late;
  });

  it('stop with their run, and leave nothing in doubt that is not', async () => {
    const begun = gate();
    const stopped = gate<unknown>();
    const host = await startHost({
      name: 'look',
      effect: 'pure',
      handler: (_, { signal }) => {
        begun.open();
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            stopped.open(signal.reason);
            reject(signal.reason);
          });
        });
      },
    });
    const call = code('await tools.look()', ['look'], { runId: 'run_to_cancel' });
    const result = host.calls.perform(call);
    await begun.promise;
    host.calls.cancel('run_to_cancel');
    expect(await stopped.promise).toMatchObject({ code: 'run.cancelled' });
    expect(await result).toMatchObject({ status: 'error', error: { code: 'run.cancelled' } });
  });

  it('are in doubt with the code where a cancel meets one that cannot be taken back', async () => {
    const begun = gate();
    const host = await startHost({
      name: 'send',
      effect: 'irreversible',
      handler: () => {
        begun.open();
        return new Promise(() => undefined);
      },
    });
    const call = code('await tools.send()', ['send'], { runId: 'run_to_cancel_too' });
    const result = host.calls.perform(call);
    await begun.promise;
    host.calls.cancel('run_to_cancel_too');
    expect(await result).toMatchObject({ status: 'unknown', error: { code: 'tool.outcome_unknown' } });
    expect(await statusOf(`${call.callId}-1`)).toBe('unknown');
  });

  it('tell the code when they fail', async () => {
    const handler = () => Promise.reject(new SwitchyardError('probe.broken', 'It broke.'));
    const host = await startHost({ name: 'look', effect: 'pure', handler });
    const call = code('try { await tools.look() } catch (e) { e.code + " " + e.message }', ['look']);
    expect(textOf(await host.calls.perform(call))).toBe('probe.broken It broke.');
  });

  it('have ids that are tokens, however long the outer one is', () => {
    expect(innerCallId('call_1', 2)).toBe('call_1-2');
    const long = innerCallId('x'.repeat(128), 1);
    expect(long).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
    expect(long).not.toBe(innerCallId('x'.repeat(128), 2));
  });
});
