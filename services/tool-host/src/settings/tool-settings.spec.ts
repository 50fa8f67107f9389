import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { create, ToolSettingsSchema, type MessageInitShape, type ToolResult } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import {
  CallHosts,
  callOf,
  effectsDatabase,
  type CallHost,
  type EffectsDatabase,
  type ProbeTool,
} from '../calls/call-host.fixture.js';
import { text } from '../tools/tool.js';

let effects: EffectsDatabase;
const hosts = new CallHosts(() => effects);
beforeAll(async () => {
  effects = await effectsDatabase();
});
afterAll(() => effects.drop());
afterEach(async () => {
  await hosts.stop();
  for (const table of ['tool_settings', 'tool_leases', 'tool_rates', 'tool_cache'])
    await effects.dataSource.query(`DELETE FROM effects.${table}`);
});

/** A tool whose calls wait until they are let go. */
class Held {
  readonly begun: string[] = [];
  most = 0;
  private now = 0;
  private readonly waiting: (() => void)[] = [];

  readonly tool: ProbeTool = {
    name: 'held',
    effect: 'idempotent',
    handler: async (_, { callId }) => {
      this.begun.push(callId);
      this.now += 1;
      this.most = Math.max(this.most, this.now);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
      this.now -= 1;
      return text('let go');
    },
  };

  letGo(): void {
    this.waiting.shift()?.();
  }
}

const startHost = (...tools: ProbeTool[]): Promise<CallHost> => hosts.start(tools);
const set = async (init: MessageInitShape<typeof ToolSettingsSchema>): Promise<void> => {
  const [first, ...others] = hosts.all;
  await first?.settings.apply(create(ToolSettingsSchema, { updatedBy: 'user:ann', ...init }));
  await Promise.all(others.map((host) => host.settings.reload()));
};
const use = (host: CallHost, tool: string, n = 0, more = {}): Promise<ToolResult> =>
  host.calls.perform(callOf(tool, { arguments: { n }, ...more }));

describe('settings of a tool', () => {
  it('change its definition on every host, and are forgotten when they say nothing', async () => {
    const [host, other] = [
      await startHost({ name: 'probe', effect: 'irreversible' }),
      await startHost({ name: 'probe', effect: 'irreversible' }),
    ];
    const before = host.catalog.definitionOf('probe');
    await set({ tool: 'probe', effect: 'pure', timeoutMs: 77, maxOutputBytes: 2_048, tags: ['weather'] });
    for (const { catalog } of [host, other])
      expect(catalog.definitionOf('probe')).toMatchObject({ effect: 'pure', timeoutMs: 77, tags: ['weather'] });
    expect(host.catalog.definitionOf('probe')?.fingerprint).not.toBe(before?.fingerprint);
    expect(await host.settings.list()).toMatchObject([{ tool: 'probe', updatedBy: 'user:ann' }]);
    await set({ tool: 'probe' });
    expect(host.catalog.definitionOf('probe')).toEqual(before);
    expect(await host.settings.list()).toEqual([]);
  });

  it('disable it: it is listed nowhere and not called, and its server has no fault', async () => {
    const host = await startHost({ name: 'probe', effect: 'pure' }, { name: 'other', effect: 'pure' });
    await set({ tool: 'probe', disabled: true });
    expect((await host.catalog.list(['probe.*'])).map(({ name }) => name)).toEqual(['other']);
    expect(await use(host, 'probe')).toMatchObject({ status: 'error', error: { code: 'tool.disabled' } });
    expect(host.catalog.faultsOf('probe')).toBeUndefined();
    expect(host.ran).toEqual([]);
  });
});

describe('a tool of which so many calls may run at once', () => {
  it('never runs more, over all hosts, and runs all', async () => {
    const held = new Held();
    const all = [await startHost(held.tool), await startHost(held.tool)];
    await set({ tool: 'held', concurrency: 2 });
    const results = Array.from({ length: 8 }, (_, index) => use(all[index % 2] as CallHost, 'held', index));
    await waitFor(() => held.begun.length === 2, { describe: 'both places to be taken' });
    for (let ended = 0; ended < 8; ended += 1) {
      await waitFor(() => held.begun.length > ended, { describe: `call ${ended} to begin` });
      held.letGo();
    }
    expect((await Promise.all(results)).map(({ status }) => status)).toEqual(Array(8).fill('ok'));
    expect(held.most).toBe(2);
    expect(new Set(held.begun).size).toBe(8);
  });

  it('claims nothing while a call waits: a cancel ends it without a trace of an effect', async () => {
    const held = new Held();
    const host = await startHost(held.tool);
    await set({ tool: 'held', concurrency: 1 });
    const first = use(host, 'held', 1);
    await waitFor(() => held.begun.length === 1, { describe: 'the first call to begin' });
    const second = host.calls.perform(callOf('held', { arguments: { n: 2 }, runId: 'run_of_the_second' }));
    host.calls.cancel('run_of_the_second');
    expect(await second).toMatchObject({ status: 'error', error: { code: 'run.cancelled' } });
    held.letGo();
    expect(await first).toMatchObject({ status: 'ok' });
    expect(held.begun).toHaveLength(1);
  });

  it('takes a settled call again without a place', async () => {
    const held = new Held();
    const host = await startHost(held.tool);
    await set({ tool: 'held', concurrency: 1 });
    const call = callOf('held', { arguments: { n: 1 } });
    const first = host.calls.perform(call);
    await waitFor(() => held.begun.length === 1, { describe: 'the call to begin' });
    held.letGo();
    await first;
    const second = use(host, 'held', 2);
    await waitFor(() => held.begun.length === 2, { describe: 'the place to be taken' });
    expect(await host.calls.perform(call)).toMatchObject({ status: 'ok', repeatedCall: true });
    held.letGo();
    await second;
  });
});

it('a tool of which so many calls a minute may begin has no more tokens than that, whoever asks', async () => {
  const [host, other] = [
    await startHost({ name: 'probe', effect: 'pure' }),
    await startHost({ name: 'probe', effect: 'pure' }),
  ];
  await set({ tool: 'probe', callsPerMinute: 1_200 });
  await Promise.all(Array.from({ length: 60 }, (_, n) => use(n % 2 === 0 ? host : other, 'probe', n)));
  const [row] = await effects.dataSource.query<{ tokens: number }[]>(
    'SELECT tokens FROM effects.tool_rates WHERE tool = $1',
    ['probe'],
  );
  // A bucket of 120 that fills with 20 a second: 60 calls have taken 60.
  expect(row?.tokens).toBeGreaterThanOrEqual(60);
  expect(row?.tokens).toBeLessThanOrEqual(120);
  expect(host.ran.length + other.ran.length).toBe(60);
});

describe('a pure tool whose results are kept', () => {
  const PROBE: ProbeTool = {
    name: 'probe',
    effect: 'pure',
    handler: async (args) => text(`n is ${String(args['n'])}`),
  };

  it('gives them again for the same arguments, to the same tenant and user, on every host', async () => {
    const [host, other] = [await startHost(PROBE), await startHost(PROBE)];
    await set({ tool: 'probe', cacheSeconds: 60 });
    await use(host, 'probe', 1);
    const again = callOf('probe', { arguments: { n: 1 } });
    expect(await other.calls.perform(again)).toMatchObject({ callId: again.callId, content: [{ text: 'n is 1' }] });
    expect([host.ran.length, other.ran.length]).toEqual([1, 0]);
    // It is settled like any other.
    expect(await host.calls.perform(again)).toMatchObject({ repeatedCall: true });
    await use(other, 'probe', 2);
    await use(other, 'probe', 1, { user: 'bob' });
    await use(other, 'probe', 1, { tenant: 'elsewhere' });
    expect([host.ran.length, other.ran.length]).toEqual([1, 3]);
  });

  it('keeps no failure, and nothing of a tool that is not pure', async () => {
    const host = await startHost(
      { name: 'probe', effect: 'pure', handler: () => Promise.reject(new Error('no luck')) },
      { name: 'sender', effect: 'idempotent' },
    );
    await set({ tool: '*', cacheSeconds: 60 });
    for (let n = 0; n < 2; n += 1) {
      await use(host, 'probe', 1);
      await use(host, 'sender', 1);
    }
    expect(host.ran.sort()).toEqual(['probe', 'probe', 'sender', 'sender']);
  });

  it('is run again when the time is over', async () => {
    const host = await startHost(PROBE);
    await set({ tool: 'probe', cacheSeconds: 60 });
    await use(host, 'probe', 1);
    await effects.dataSource.query(`UPDATE effects.tool_cache SET until = clock_timestamp()`);
    await use(host, 'probe', 1);
    expect(host.ran).toHaveLength(2);
  });
});
