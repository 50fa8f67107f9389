import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { create, ReadKeptResultQuerySchema, type ToolResult } from '@switchyard/contracts';
import { createLogger } from '@switchyard/telemetry';
import { callOf, CallHosts, effectsDatabase, type EffectsDatabase } from '../calls/call-host.fixture.js';
import { text } from '../tools/tool.js';
import { KeptResultsRepository } from './kept-results.repository.js';
import { KeptResults } from './kept-results.service.js';

const LINES = Array.from({ length: 2_000 }, (_, n) => `Line ${n} is here.`).join('\n');
let effects: EffectsDatabase;
const hosts = new CallHosts(() => effects);
beforeAll(async () => {
  effects = await effectsDatabase();
});
afterEach(() => hosts.stop());
afterAll(() => effects.drop());

const startHost = () =>
  hosts.start([
    { name: 'look', effect: 'pure', handler: async () => text(LINES) },
    { name: 'send', effect: 'irreversible', handler: async () => ({ ...text(LINES), isError: true }) },
    { name: 'small', effect: 'pure' },
  ]);
const kept = () =>
  new KeptResults(new KeptResultsRepository(effects.dataSource), createLogger('test', { level: 'silent' }));
const read = (callId: string, result: ToolResult, more = {}) =>
  kept().read(create(ReadKeptResultQuerySchema, { tenant: 'default', callId, hash: result.kept?.hash ?? '', ...more }));
const rows = async (): Promise<number> => (await effects.dataSource.query('SELECT 1 FROM effects.kept_results')).length;

describe('a result over its tool’s limit', () => {
  it('is a preview for its run, and whole for who reads on, also after its host is gone and when asked for again', async () => {
    const host = await startHost();
    const call = callOf('look');
    const result = await host.calls.perform(call);
    expect(result).toMatchObject({ status: 'ok', truncated: true, kept: { characters: LINES.length, lines: 2_000 } });
    expect(JSON.stringify(result.content).length).toBeLessThan(1_500);
    await host.stop();
    const again = await (await startHost()).calls.perform(call);
    expect(again).toMatchObject({ repeatedCall: true, kept: { hash: result.kept?.hash } });
    let whole = '';
    for (let offset = 0, more = true; more;) {
      const page = await read(call.callId, result, { offset, limit: 7_777 });
      whole += page.pieces?.[0]?.text ?? '';
      offset = page.nextOffset ?? 0;
      more = offset > 0;
    }
    expect(whole === LINES).toBe(true);
    const places = await read(call.callId, result, { query: 'line 1234 ' });
    expect(places.pieces?.[0]?.text).toContain('Line 1234 is here.');
  });

  it('of a failed irreversible call is kept too, and stays a failure', async () => {
    const host = await startHost();
    const call = callOf('send');
    const result = await host.calls.perform(call);
    expect(result).toMatchObject({ status: 'error', error: { code: 'tool.failed' }, kept: { lines: 2_000 } });
    expect((await read(call.callId, result, { limit: 10 })).pieces?.[0]?.text).toBe('Line 0 is ');
  });

  it('is nobody’s of another tenant, and of another call or content it is nothing', async () => {
    const call = callOf('look');
    const result = await (await startHost()).calls.perform(call);
    for (const wrong of [{ tenant: 'other' }, { callId: 'call_other' }, { hash: `sha256:${'0'.repeat(64)}` }])
      await expect(read(call.callId, result, wrong)).rejects.toMatchObject({ code: 'tool.result_not_kept' });
  });

  it('is cut for who cannot read on: a call by hand, and code; and nothing is kept of what fits', async () => {
    const host = await startHost();
    const before = await rows();
    for (const call of [callOf('look', { runId: '' }), callOf('look', { callId: 'call_9-1' })]) {
      const result = await host.calls.perform(call);
      expect(result).toMatchObject({ truncated: true });
      expect(result.kept).toBeUndefined();
      expect(JSON.stringify(result.content)).toContain('Output cut');
    }
    expect((await host.calls.perform(callOf('small'))).truncated).toBe(false);
    expect(await rows()).toBe(before);
  });

  it('is forgotten once the ledger has forgotten its call, and not before', async () => {
    const call = callOf('look');
    const result = await (await startHost()).calls.perform(call);
    await effects.dataSource.query(`UPDATE effects.kept_results SET kept_at = now() - interval '31 days'`);
    const repository = new KeptResultsRepository(effects.dataSource);
    await repository.forgetOld(30);
    expect((await read(call.callId, result)).pieces).toHaveLength(1);
    await effects.dataSource.query('DELETE FROM effects.calls');
    expect(await repository.forgetOld(32)).toBe(0);
    expect(await repository.forgetOld(30)).toBeGreaterThan(0);
    await expect(read(call.callId, result)).rejects.toMatchObject({ code: 'tool.result_not_kept' });
  });
});
