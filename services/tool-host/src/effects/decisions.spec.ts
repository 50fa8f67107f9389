import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { create, ToolResultSchema, type ToolCall } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { CallHost, callOf, effectsDatabase, gate, type EffectsDatabase } from '../calls/call-host.fixture.js';
import { text } from '../tools/tool.js';
import type { Decision } from './decision-rules.js';
import { EffectsRepository } from './effects.repository.js';

let database: EffectsDatabase;
let effects: EffectsRepository;
const hosts: CallHost[] = [];

beforeAll(async () => {
  database = await effectsDatabase();
  effects = new EffectsRepository(database.dataSource);
});
afterAll(() => database.drop());
afterEach(async () => {
  await Promise.all(hosts.splice(0).map(({ heartbeat }) => heartbeat.stop()));
});

const startHost = async (says: string, until?: Promise<void>): Promise<CallHost> => {
  const handler = () => (until ?? Promise.resolve()).then(() => text(says));
  const host = await new CallHost(database.dataSource, [{ name: 'send', effect: 'irreversible', handler }]).start();
  hosts.push(host);
  return host;
};

const rowOf = async (callId: string): Promise<Record<string, unknown>> => {
  const [row]: Record<string, unknown>[] = await database.dataSource.query(
    'SELECT * FROM effects.calls WHERE call_id = $1',
    [callId],
  );
  return row ?? {};
};

const resultOf = (decision: Decision, content = 'as a person says') =>
  decision === 'retry'
    ? undefined
    : create(ToolResultSchema, {
        status: decision === 'settle' ? 'ok' : 'error',
        content: [{ type: 'text', text: content }],
      });

const decide = ({ callId, tenant }: ToolCall, decision: Decision, attempt = 0, by = 'user:ada', content?: string) =>
  effects.decide(
    tenant,
    callId,
    { decision, attempt, result: resultOf(decision, content) },
    { by, reason: 'I looked' },
  );

/** A call whose host is frozen in the middle of it, and which another host has found in doubt. */
async function callInDoubt() {
  const held = gate();
  const frozen = await startHost('late', held.promise);
  const other = await startHost('again');
  const call = callOf('send');
  const late = frozen.calls.perform(call).then(
    (result) => result,
    (error: unknown) => error,
  );
  await waitFor(async () => (await rowOf(call.callId))['status'] === 'started', { describe: 'the call to begin' });
  await frozen.vanish();
  expect(await other.calls.perform(call)).toMatchObject({ status: 'unknown' });
  /** The frozen host comes back and its tool has finished. */
  const thaw = async () => {
    // With its signs of life: a host without them counts as gone, whatever it begins.
    await frozen.heartbeat.start();
    held.open();
    return late;
  };
  return { call, frozen, other, thaw };
}

describe('a call in doubt whose frozen host comes back', () => {
  it('has its true result when nobody has decided, and its run is to be woken', async () => {
    const { call, other, thaw } = await callInDoubt();
    expect(await rowOf(call.callId)).toMatchObject({ status: 'unknown', wake_at: null });
    await thaw();
    expect(await rowOf(call.callId)).toMatchObject({ status: 'settled', wake_at: expect.any(Date) });
    expect(await other.calls.perform(call)).toMatchObject({ status: 'ok', content: [{ text: 'late' }] });
    expect(other.ran).toEqual([]);
    await expect(decide(call, 'retry')).rejects.toMatchObject({ code: 'effect.not_unknown' });
  });

  it.each(['settle', 'fail'] as const)('keeps what a person decided before it came back (%s)', async (decision) => {
    const { call, other, thaw } = await callInDoubt();
    expect(await decide(call, decision)).toBe('made');
    const decided = { content: [{ text: 'as a person says' }], repeatedCall: true };
    expect(await thaw()).toMatchObject(decided);
    expect(await other.calls.perform(call)).toMatchObject(decided);
    expect(other.ran).toEqual([]);
  });

  it('does not begin the retry that a person decided: that is for who asks next, once', async () => {
    const { call, frozen, other, thaw } = await callInDoubt();
    expect(await decide(call, 'retry')).toBe('made');
    expect(await rowOf(call.callId)).toMatchObject({ status: 'released', attempt: 2, result: null });
    expect(await thaw()).toMatchObject({ code: 'tool.busy', retryable: true });
    expect(await rowOf(call.callId)).toMatchObject({ status: 'released' });
    const asked = await Promise.all([other.calls.perform(call), other.calls.perform(call), frozen.calls.perform(call)]);
    expect(new Set(asked.map(({ content }) => content[0]?.['text'])).size).toBe(1);
    expect([...frozen.ran, ...other.ran]).toHaveLength(2);
    expect(await rowOf(call.callId)).toMatchObject({ status: 'settled', attempt: 2, wake_at: null });
  });

  it('changes nothing about a retry that is under way, or done', async () => {
    const held = gate();
    const { call, thaw } = await callInDoubt();
    const third = await startHost('retried', held.promise);
    await decide(call, 'retry');
    const retried = third.calls.perform(call);
    await waitFor(() => third.ran.length === 1);
    const late = thaw();
    held.open();
    expect(await retried).toMatchObject({ status: 'ok', repeatedCall: false, content: [{ text: 'retried' }] });
    await late;
    expect(await third.calls.perform(call)).toMatchObject({ content: [{ text: 'retried' }] });
    expect(third.ran).toEqual(['send']);
  });

  it('and a person who decides at that moment: one of both stands, whole', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { call, thaw } = await callInDoubt();
      const [, decided] = await Promise.all([thaw(), decide(call, 'settle').catch((error: unknown) => error)]);
      const row = await rowOf(call.callId);
      const { decisions } = await effects.get(call.tenant, call.callId);
      const person = decided === 'made';
      if (!person) expect(decided).toMatchObject({ code: 'effect.not_unknown' });
      expect(row).toMatchObject({
        status: 'settled',
        result: { content: [{ text: person ? 'as a person says' : 'late' }] },
      });
      expect(decisions).toHaveLength(person ? 1 : 0);
    }
  });
});

describe('a decision', () => {
  it('is made once, however often it is asked for, and another one is refused with who decided and when', async () => {
    const { call } = await callInDoubt();
    expect(await decide(call, 'settle')).toBe('made');
    expect(await decide(call, 'settle')).toBe('known');
    await expect(decide(call, 'settle', 0, 'user:bob', 'something else')).rejects.toMatchObject({
      code: 'effect.decided',
    });
    for (const other of ['retry', 'fail'] as const) {
      await expect(decide(call, other, 0, 'user:bob')).rejects.toMatchObject({
        code: 'effect.decided',
        details: { by: 'user:ada', decision: 'settle', time: expect.any(String) },
      });
    }
    const { decisions } = await effects.get(call.tenant, call.callId);
    expect(decisions).toEqual([
      { decision: 'settle', attempt: 1, by: 'user:ada', reason: 'I looked', time: expect.any(Date) },
    ]);
  });

  it('of two that differ and come at once: one is made, the other refused', async () => {
    const { call } = await callInDoubt();
    const outcomes = await Promise.allSettled([decide(call, 'retry'), decide(call, 'fail'), decide(call, 'settle')]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await effects.get(call.tenant, call.callId)).decisions).toHaveLength(1);
  });

  it('to retry whose answer was lost does not retry a second time what is in doubt again', async () => {
    const { call, other } = await callInDoubt();
    expect(await decide(call, 'retry', 1)).toBe('made');
    const held = gate();
    const third = await startHost('never', held.promise);
    const lost = third.calls.perform(call).catch(() => undefined);
    await waitFor(() => third.ran.length === 1);
    await third.vanish();
    expect(await other.calls.perform(call)).toMatchObject({ status: 'unknown' });
    expect(await decide(call, 'retry', 1)).toBe('known');
    await expect(decide(call, 'fail', 1)).rejects.toMatchObject({ code: 'effect.attempt_changed' });
    expect(await rowOf(call.callId)).toMatchObject({ status: 'unknown', attempt: 2 });
    expect(await decide(call, 'fail', 2)).toBe('made');
    expect(
      (await effects.get(call.tenant, call.callId)).decisions.map(({ decision, attempt }) => [decision, attempt]),
    ).toEqual([
      ['retry', 1],
      ['fail', 2],
    ]);
    held.open();
    await lost;
  });

  it('is for calls in doubt alone, and for those of the own tenant', async () => {
    const host = await startHost('sent');
    const call = callOf('send');
    await host.calls.perform(call);
    await expect(decide(call, 'fail')).rejects.toMatchObject({
      code: 'effect.not_unknown',
      details: { status: 'settled' },
    });
    await expect(decide({ ...call, tenant: 'elsewhere' }, 'fail')).rejects.toMatchObject({ code: 'effect.not_found' });
    await expect(effects.get('elsewhere', call.callId)).rejects.toMatchObject({ code: 'effect.not_found' });
    const filter = { status: '', runId: '', before: '', limit: 10 };
    expect(await effects.list({ ...filter, tenant: 'elsewhere' })).toEqual([]);
  });

  it('is looked for in a list of what is in doubt, the newest first, page by page', async () => {
    await database.dataSource.query(`UPDATE effects.calls SET status = 'settled' WHERE status = 'unknown'`);
    const calls = [await callInDoubt(), await callInDoubt(), await callInDoubt()].map(({ call }) => call);
    const newest = calls
      .map(({ callId }) => callId)
      .sort()
      .reverse();
    const list = async (limit: number, before = '') =>
      (await effects.list({ tenant: 'default', status: 'unknown', runId: '', before, limit })).map(
        (row) => row.call_id,
      );
    expect(await list(2)).toEqual(newest.slice(0, 2));
    expect(await list(2, newest[1])).toEqual(newest.slice(2));
    const [first] = calls;
    expect(
      await effects.list({ tenant: 'default', status: '', runId: first?.runId ?? '', before: '', limit: 5 }),
    ).toMatchObject([{ call_id: first?.callId, status: 'unknown', tool: 'send' }]);
  });
});
