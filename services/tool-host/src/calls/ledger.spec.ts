import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import { schemaDrift } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { effectsOwner } from '../database-owner.js';
import { OutcomeInDoubt } from '../tools/outcome-in-doubt.js';
import { text, type Effect } from '../tools/tool.js';
import { CallHost, callOf, effectsDatabase, gate, type EffectsDatabase, type ProbeTool } from './call-host.fixture.js';

const EFFECTS: Effect[] = ['pure', 'idempotent', 'irreversible'];
let effects: EffectsDatabase;
let hosts: CallHost[] = [];

beforeAll(async () => {
  effects = await effectsDatabase();
});
afterAll(() => effects.drop());
afterEach(async () => {
  await Promise.all(hosts.map(({ heartbeat }) => heartbeat.stop()));
  hosts = [];
});

const startHost = async (...tools: ProbeTool[]): Promise<CallHost> => {
  const host = new CallHost(effects.dataSource, tools);
  await host.heartbeat.start();
  hosts.push(host);
  return host;
};
const rowOf = async (callId: string): Promise<Record<string, unknown> | undefined> => {
  const rows: Record<string, unknown>[] = await effects.dataSource.query(
    'SELECT * FROM effects.calls WHERE call_id = $1',
    [callId],
  );
  return rows[0];
};

describe('the effect ledger', () => {
  it('its migrations and its entities tell one story', async () => {
    expect(await schemaDrift(effects.database.url, effectsOwner)).toEqual([]);
  });

  it.each(EFFECTS)('a settled call is never run again (%s)', async (effect) => {
    const host = await startHost({ name: 'probe', effect });
    const other = await startHost({ name: 'probe', effect });
    const call = callOf('probe');
    const first = await host.calls.perform(call);
    expect(first).toMatchObject({ status: 'ok', repeatedCall: false, content: [{ type: 'text', text: 'ran 1' }] });
    for (const again of [host, other]) {
      const repeated = await again.calls.perform(call);
      expect(repeated).toMatchObject({
        status: 'ok',
        repeatedCall: true,
        content: first.content,
        durationMs: first.durationMs,
      });
    }
    expect(hosts.flatMap(({ ran }) => ran)).toEqual(['probe']);
    expect(await rowOf(call.callId)).toMatchObject({
      status: 'settled',
      tenant: 'default',
      run_id: call.runId,
      effect,
    });
  });

  it.each(EFFECTS)('a failure is settled too: the same call id fails the same way (%s)', async (effect) => {
    const handler = () => Promise.reject(new SwitchyardError('probe.broken', 'It broke.'));
    const host = await startHost({ name: 'probe', effect, handler });
    const call = callOf('probe');
    const first = await host.calls.perform(call);
    expect(first).toMatchObject({ status: 'error', error: { code: 'probe.broken' }, content: [{ text: 'It broke.' }] });
    expect(await host.calls.perform(call)).toMatchObject({
      status: 'error',
      error: { code: 'probe.broken' },
      repeatedCall: true,
    });
    expect(host.ran).toHaveLength(1);
  });

  it('the result is in the ledger before it is answered', async () => {
    const host = await startHost({ name: 'probe', effect: 'pure' });
    const call = callOf('probe');
    await host.calls.perform(call);
    expect(await rowOf(call.callId)).toMatchObject({ status: 'settled', result: { status: 'ok' } });
  });

  it.each(EFFECTS)(
    'what is settled stands, also for who is wrongly sure to be the first to ask (%s)',
    async (effect) => {
      let count = 0;
      const host = await startHost({ name: 'probe', effect, handler: async () => text(`result ${++count}`) });
      const call = callOf('probe');
      await host.calls.perform(call, { isFirst: true });
      expect(await host.calls.perform(call, { isFirst: true })).toMatchObject({
        content: [{ text: 'result 1' }],
        repeatedCall: true,
      });
      expect(host.ran).toHaveLength(effect === 'pure' ? 2 : 1);
    },
  );

  it('an irreversible call is marked started before it runs', async () => {
    let seen: unknown;
    const host = await startHost({
      name: 'send',
      effect: 'irreversible',
      handler: async (_, { callId }) => {
        seen = (await rowOf(callId))?.['status'];
        return text('sent');
      },
    });
    await host.calls.perform(callOf('send'));
    expect(seen).toBe('started');
  });

  it('an irreversible call in doubt is unknown, and never run again', async () => {
    const held = gate();
    const lost = await startHost({
      name: 'send',
      effect: 'irreversible',
      handler: () => held.promise.then(() => text('sent')),
    });
    const other = await startHost({ name: 'send', effect: 'irreversible' });
    const call = callOf('send');
    const abandoned = lost.calls.perform(call);
    await waitFor(() => rowOf(call.callId), { describe: 'the started row' });
    await lost.vanish();

    const result = await other.calls.perform(call);
    expect(result).toMatchObject({ status: 'unknown', error: { code: 'tool.outcome_unknown' } });
    expect(await other.calls.perform(call)).toMatchObject({ status: 'unknown', repeatedCall: true });
    expect(other.ran).toEqual([]);
    expect(await rowOf(call.callId)).toMatchObject({ status: 'unknown' });

    // The host was not gone after all: what it knows replaces the doubt.
    held.open();
    await abandoned;
    expect(await other.calls.perform(call)).toMatchObject({ status: 'ok', repeatedCall: true });
    expect(other.ran).toEqual([]);
  });

  it('an irreversible call whose own host lost its result is unknown', async () => {
    const host = await startHost({ name: 'send', effect: 'irreversible' });
    const call = callOf('send');
    await host.calls.perform(call);
    await effects.dataSource.query(`UPDATE effects.calls SET status = 'started', result = NULL WHERE call_id = $1`, [
      call.callId,
    ]);
    expect(await host.calls.perform(call)).toMatchObject({ status: 'unknown' });
    expect(host.ran).toHaveLength(1);
  });

  it('an idempotent call of a host that is gone is taken over, and the late result of the lost one changes nothing', async () => {
    const held = gate();
    const lost = await startHost({
      name: 'put',
      effect: 'idempotent',
      handler: () => held.promise.then(() => text('late')),
    });
    const other = await startHost({
      name: 'put',
      effect: 'idempotent',
      handler: () => Promise.resolve(text('taken over')),
    });
    const call = callOf('put');
    const late = lost.calls.perform(call);
    await waitFor(() => rowOf(call.callId));
    await lost.vanish();
    expect(await other.calls.perform(call)).toMatchObject({ status: 'ok', content: [{ text: 'taken over' }] });
    held.open();
    expect(await late).toMatchObject({ content: [{ text: 'taken over' }], repeatedCall: true });
    expect(await rowOf(call.callId)).toMatchObject({ attempt: 2, host: other.identity.host });
  });

  it.each(['idempotent', 'irreversible'] as const)('two hosts, one run (%s)', async (effect) => {
    const held = gate();
    const handler = () => held.promise.then(() => text('once'));
    const [a, b] = [
      await startHost({ name: 'probe', effect, handler }),
      await startHost({ name: 'probe', effect, handler }),
    ];
    const call = callOf('probe');
    const results = [a.calls.perform(call), b.calls.perform(call), a.calls.perform(call), b.calls.perform(call)];
    await waitFor(() => a.ran.length + b.ran.length === 1);
    held.open();
    const settled = await Promise.all(results);
    expect(settled.map(({ content }) => content)).toEqual(Array(4).fill([{ type: 'text', text: 'once' }]));
    expect(settled.filter(({ repeatedCall }) => !repeatedCall)).toHaveLength(1);
    expect([...a.ran, ...b.ran]).toEqual(['probe']);
  });

  it('two hosts may both run a pure call, and both give the one recorded result', async () => {
    const held = gate();
    const of = (name: string) => () => held.promise.then(() => text(name));
    const a = await startHost({ name: 'probe', effect: 'pure', handler: of('a') });
    const b = await startHost({ name: 'probe', effect: 'pure', handler: of('b') });
    const call = callOf('probe');
    const results = Promise.all([a.calls.perform(call), b.calls.perform(call)]);
    await waitFor(() => a.ran.length + b.ran.length === 2);
    held.open();
    const [first, second] = await results;
    expect(first.content).toEqual(second.content);
  });

  it('a pure call that lasts is claimed meanwhile: a second host waits for its result', async () => {
    const held = gate();
    const a = await startHost({ name: 'probe', effect: 'pure', handler: () => held.promise.then(() => text('a')) });
    const b = await startHost({ name: 'probe', effect: 'pure' });
    const call = callOf('probe');
    const first = a.calls.perform(call);
    await waitFor(() => rowOf(call.callId), { describe: 'the late claim' });
    expect(await rowOf(call.callId)).toMatchObject({ status: 'started', effect: 'pure', host: a.identity.host });
    const second = b.calls.perform(call);
    held.open();
    expect(await first).toMatchObject({ status: 'ok', repeatedCall: false });
    expect(await second).toMatchObject({ status: 'ok', repeatedCall: true, content: [{ text: 'a' }] });
    expect(b.ran).toEqual([]);
  });

  it('duplicates at one host join the one that runs', async () => {
    const held = gate();
    const host = await startHost({
      name: 'probe',
      effect: 'pure',
      handler: () => held.promise.then(() => text('joined')),
    });
    const call = callOf('probe');
    const results = Array.from({ length: 20 }, () => host.calls.perform(call));
    await waitFor(() => host.ran.length > 0);
    held.open();
    expect((await Promise.all(results)).filter(({ repeatedCall }) => !repeatedCall)).toHaveLength(1);
    expect(host.ran).toHaveLength(1);
  });

  it('many calls side by side are all settled, each with its own result', async () => {
    const handler = (args: { n?: unknown }) => Promise.resolve(text(String(args.n)));
    const host = await startHost(...EFFECTS.map((effect) => ({ name: effect, effect, handler })));
    const calls = Array.from({ length: 300 }, (_, n) => callOf(EFFECTS[n % 3] ?? 'pure', { arguments: { n } }));
    const results = await Promise.all(calls.map((call) => host.calls.perform(call)));
    expect(results.map(({ content }) => content[0]?.['text'])).toEqual(calls.map((_, n) => String(n)));
    expect(results.map(({ callId }) => callId)).toEqual(calls.map(({ callId }) => callId));
  });

  it('the same call id with other arguments, another tool or another tenant is a conflict, and runs nothing', async () => {
    const held = gate();
    const host = await startHost(
      { name: 'probe', effect: 'pure' },
      { name: 'other', effect: 'pure' },
      { name: 'slow', effect: 'pure', handler: () => held.promise.then(() => text('slow')) },
    );
    const call = callOf('probe', { arguments: { n: 1 } });
    await host.calls.perform(call);
    const { callId } = call;
    for (const other of [
      callOf('probe', { callId, arguments: { n: 2 } }),
      callOf('other', { callId, arguments: { n: 1 } }),
      callOf('probe', { callId, arguments: { n: 1 }, tenant: 'elsewhere' }),
    ]) {
      const result = await host.calls.perform(other);
      expect(result).toMatchObject({ status: 'error', error: { code: 'tool.call_conflict' } });
      expect(JSON.stringify(result.content)).not.toContain('ran 1');
    }
    expect(host.ran).toEqual(['probe']);

    const slow = callOf('slow');
    const running = host.calls.perform(slow);
    const joined = await host.calls.perform(callOf('slow', { callId: slow.callId, tenant: 'elsewhere' }));
    expect(joined).toMatchObject({ error: { code: 'tool.call_conflict' } });
    held.open();
    await running;
  });
});

describe('a tool call', () => {
  it('with arguments that do not fit runs nothing and names the path', async () => {
    const host = await startHost({ name: 'send', effect: 'irreversible' });
    const result = await host.calls.perform(callOf('send', { arguments: { n: 'x' } }));
    expect(result).toMatchObject({ status: 'error', error: { code: 'tool.invalid_arguments' } });
    expect(result.error?.message).toContain('/n must be integer');
    expect(host.ran).toEqual([]);
  });

  it('of a tool that nobody knows names the nearest', async () => {
    const host = await startHost({ name: 'calculator', effect: 'pure' });
    const result = await host.calls.perform(callOf('calcualtor'));
    expect(result).toMatchObject({ status: 'error', error: { code: 'tool.not_found' } });
    expect(result.error?.message).toContain('Did you mean "calculator"?');
  });

  it('that hangs is stopped at its time, whether the tool listens or not', async () => {
    const host = await startHost({
      name: 'hang',
      effect: 'pure',
      timeoutMs: 50,
      handler: () => new Promise(() => undefined),
    });
    const result = await host.calls.perform(callOf('hang'));
    expect(result).toMatchObject({ status: 'error', error: { code: 'tool.timeout', retryable: true } });
  });

  it('that is irreversible and out of time is unknown, not failed', async () => {
    const host = await startHost({
      name: 'hang',
      effect: 'irreversible',
      timeoutMs: 50,
      handler: () => new Promise(() => undefined),
    });
    const call = callOf('hang');
    expect(await host.calls.perform(call)).toMatchObject({ status: 'unknown', error: { code: 'tool.timeout' } });
    expect(await rowOf(call.callId)).toMatchObject({ status: 'unknown' });
  });

  it('that throws anything at all is a result with an error', async () => {
    const thrown: unknown[] = [new Error('plain'), 'text', undefined, { code: 7 }];
    const host = await startHost({
      name: 'throws',
      effect: 'pure',
      handler: ({ n }) => {
        throw thrown[Number(n)];
      },
    });
    for (const n of thrown.keys()) {
      const result = await host.calls.perform(callOf('throws', { arguments: { n } }));
      expect(result).toMatchObject({ status: 'error', error: { code: 'tool.failed' } });
    }
  });

  it('that says itself that it failed is an error with its text', async () => {
    const handler = () => Promise.resolve({ ...text('no such page'), isError: true });
    const host = await startHost({ name: 'fetch', effect: 'pure', handler });
    expect(await host.calls.perform(callOf('fetch'))).toMatchObject({
      status: 'error',
      error: { code: 'tool.failed', message: 'no such page' },
      content: [{ text: 'no such page' }],
    });
  });

  it('that returns megabytes is cut, says so, and stays cut in the ledger', async () => {
    const host = await startHost({
      name: 'big',
      effect: 'pure',
      handler: () => Promise.resolve(text('x'.repeat(5_000_000))),
    });
    const call = callOf('big');
    for (const result of [await host.calls.perform(call), await host.calls.perform(call)]) {
      expect(result.truncated).toBe(true);
      expect(JSON.stringify(result.content).length).toBeLessThan(1_300);
      expect(JSON.stringify(result.content)).toContain('4999000 characters are left out here, of 5000000 in 1 lines');
    }
  });

  it('can hold what Postgres cannot store: it is replaced', async () => {
    const host = await startHost({
      name: 'odd',
      effect: 'pure',
      handler: () => Promise.resolve(text('a\u0000b\ud800')),
    });
    expect(await host.calls.perform(callOf('odd'))).toMatchObject({ status: 'ok', content: [{ text: 'ab\ufffd' }] });
    expect(await host.calls.perform(callOf('a\0\\u0000\ud800'))).toMatchObject({ error: { code: 'tool.not_found' } });
    const broken = await startHost({
      name: 'odd',
      effect: 'pure',
      handler: () => Promise.reject(new Error('c\u0000d')),
    });
    expect(await broken.calls.perform(callOf('odd'))).toMatchObject({ status: 'error', error: { message: 'cd' } });
  });

  it('is stopped when its run is cancelled, and the signal reaches the tool', async () => {
    const stopped = gate<unknown>();
    const handler: ProbeTool['handler'] = (_, { signal }) =>
      new Promise(() => signal.addEventListener('abort', () => stopped.open(signal.reason), { once: true }));
    const host = await startHost({ name: 'slow', effect: 'pure', handler });
    const call = callOf('slow');
    const running = host.calls.perform(call);
    await waitFor(() => host.ran.length > 0);
    host.calls.cancel(call.runId);
    expect(await running).toMatchObject({ status: 'error', error: { code: 'run.cancelled' } });
    expect(await stopped.promise).toMatchObject({ code: 'run.cancelled' });
    // And nothing of the run begins any more.
    expect(await host.calls.perform(callOf('slow', { runId: call.runId }))).toMatchObject({
      error: { code: 'run.cancelled' },
    });
    expect(host.ran).toHaveLength(1);
  });

  it('that is irreversible and cancelled while it runs is unknown', async () => {
    const host = await startHost({ name: 'send', effect: 'irreversible', handler: () => new Promise(() => undefined) });
    const call = callOf('send');
    const running = host.calls.perform(call);
    await waitFor(() => host.ran.length > 0);
    host.calls.cancel(call.runId);
    expect(await running).toMatchObject({ status: 'unknown', error: { code: 'run.cancelled' } });
  });

  it('whose outcome the tool does not know itself is unknown only where it matters', async () => {
    const handler = () => Promise.reject(new OutcomeInDoubt('tool.disconnected', 'The connection broke.'));
    const host = await startHost(
      { name: 'send', effect: 'irreversible', handler },
      { name: 'read', effect: 'pure', handler },
    );
    expect(await host.calls.perform(callOf('send'))).toMatchObject({
      status: 'unknown',
      error: { code: 'tool.disconnected' },
    });
    expect(await host.calls.perform(callOf('read'))).toMatchObject({
      status: 'error',
      error: { code: 'tool.disconnected' },
    });
  });

  it('is given up when the host must stop: one that may be repeated is left for another host', async () => {
    const host = await startHost(
      { name: 'put', effect: 'idempotent', handler: () => new Promise(() => undefined) },
      { name: 'send', effect: 'irreversible', handler: () => new Promise(() => undefined) },
    );
    const stop = new AbortController();
    const [put, send] = [callOf('put'), callOf('send')];
    const given = Promise.allSettled([
      host.calls.perform(put, { stop: stop.signal }),
      host.calls.perform(send, { stop: stop.signal }),
    ]);
    await waitFor(() => host.ran.length === 2);
    stop.abort();
    const [first, second] = await given;
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'tool.host_stopping', retryable: true } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { status: 'unknown' } });
    await host.vanish();
    const other = await startHost({ name: 'put', effect: 'idempotent' });
    expect(await other.calls.perform(put)).toMatchObject({ status: 'ok' });
  });
});
