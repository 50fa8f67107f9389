import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  decode,
  ExecWorkSchema,
  newId,
  ToolHostService,
  toValue,
  type ExecWork,
  type JsonValue,
} from '@switchyard/contracts';
import { createDataSource } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import { effectsOwner } from '../database-owner.js';
import { ToolHosts } from '../tool-host.fixture.js';
import { EffectsRepository } from './effects.repository.js';
import { MAX_RESULT_BYTES } from './decided-result.js';

let hosts: ToolHosts;
let dataSource: DataSource;
const told: { id: string; work: ExecWork }[] = [];

beforeAll(async () => {
  hosts = await ToolHosts.create();
  await hosts.start();
  dataSource = await createDataSource({
    url: hosts.database.url,
    schema: 'effects',
    entities: effectsOwner.entities,
    poolSize: 2,
  });
  hosts.bus.nc.subscribe(hosts.bus.subjects.exec('*', '*'), {
    callback: (_, message) => {
      told.push({ id: message.headers?.get('Nats-Msg-Id') ?? '', work: decode(ExecWorkSchema, message.data) });
    },
  });
  await hosts.bus.nc.flush();
});
afterAll(async () => {
  await dataSource?.destroy();
  await hosts?.close();
});

/** A call in doubt, as a host that was killed leaves it once another one has been asked. */
const inDoubt = async (runId = newId('run')) => {
  const callId = newId('call');
  await dataSource.query(
    `INSERT INTO effects.calls (call_id, tenant, run_id, tool, effect, status, arguments_hash, result, attempt, host, started_at, settled_at)
     VALUES ($1, 'default', $2, 'send', 'irreversible', 'unknown', 'sha256:', '{"status": "unknown"}', 1, 'gone', now(), now())`,
    [callId, runId],
  );
  return { callId, runId };
};
const decide = (
  callId: string,
  decision: string,
  more: { result?: JsonValue; reason?: string; tenant?: string } = {},
) =>
  hosts.rpc.call(ToolHostService.method.decideEffect, {
    tenant: more.tenant ?? 'default',
    callId,
    decision,
    reason: more.reason ?? '',
    actor: 'user:ada',
    ...(more.result === undefined ? {} : { result: toValue(more.result) }),
  });
const tellingOf = (runId: string) => told.filter(({ work }) => work.runId === runId);
const isForgotten = async (callId: string) => {
  const [row]: { wake_at: Date | null }[] = await dataSource.query(
    'SELECT wake_at FROM effects.calls WHERE call_id = $1',
    [callId],
  );
  return row?.wake_at === null;
};

describe('a decision over RPC', () => {
  it.each([
    [
      'settle',
      { result: 'Sent to 3 people.' },
      { status: 'ok', content: [{ type: 'text', text: 'Sent to 3 people.' }] },
    ],
    ['settle', { result: { sent: 3 } }, { status: 'ok', content: [{ type: 'text', text: '{\n  "sent": 3\n}' }] }],
    [
      'fail',
      { reason: 'the mail server never had it' },
      { status: 'error', error: { code: 'tool.failed_by_decision', details: { by: 'user:ada' } } },
    ],
  ])('gives the call its result, is on record, and wakes the run: %s %j', async (decision, more, result) => {
    const { callId, runId } = await inDoubt();
    const decided = await decide(callId, decision, more);
    expect(decided).toMatchObject({ callId, runId, status: 'settled', result });
    expect(decided.decisions).toMatchObject([{ decision, by: 'user:ada' }]);
    await waitFor(() => tellingOf(runId).length > 0, { describe: 'the wake-up' });
    expect(tellingOf(runId)).toMatchObject([
      { id: `${callId}:decided:1:0`, work: { tenant: 'default', backend: 'sim', cause: 'effect_decided' } },
    ]);
  });

  it('to retry releases the call and wakes the run, and is refused for a run that has ended', async () => {
    const { callId, runId } = await inDoubt();
    expect(await decide(callId, 'retry')).toMatchObject({ status: 'released', attempt: 2 });
    await waitFor(() => tellingOf(runId).length > 0);
    const ended = await inDoubt();
    hosts.runStatus.set(ended.runId, 'cancelled');
    await expect(decide(ended.callId, 'retry')).rejects.toMatchObject({ code: 'run.already_ended' });
    expect(await decide(ended.callId, 'fail')).toMatchObject({ status: 'settled' });
  });

  it('whose host dies before it has told the run is told by another one, and until the run goes on', async () => {
    const { callId, runId } = await inDoubt();
    // What a host has committed that is killed before its message.
    await new EffectsRepository(dataSource).decide(
      'default',
      callId,
      { decision: 'retry', attempt: 1, result: undefined },
      { by: 'user:ada', reason: '' },
    );
    await waitFor(() => tellingOf(runId).length === 1, { describe: 'the wake-up' });
    // The message was lost, or used up by an executor that died: half a minute later the run waits still.
    await dataSource.query(
      `UPDATE effects.decisions SET decided_at = decided_at - interval '31 seconds' WHERE call_id = $1`,
      [callId],
    );
    await dataSource.query('UPDATE effects.calls SET wake_at = now() WHERE call_id = $1', [callId]);
    await waitFor(() => tellingOf(runId).length === 2, { describe: 'the second wake-up' });
    expect(new Set(tellingOf(runId).map(({ id }) => id)).size).toBe(2);
    hosts.runStatus.set(runId, 'completed');
    await dataSource.query('UPDATE effects.calls SET wake_at = now() WHERE call_id = $1', [callId]);
    await waitFor(() => isForgotten(callId), { describe: 'the run to be left alone' });
    expect(tellingOf(runId)).toHaveLength(2);
  });

  it('that cannot be made changes nothing and says why', async () => {
    const { callId } = await inDoubt();
    const refusals: [Promise<unknown>, string][] = [
      [decide(callId, 'settle'), 'effect.invalid'],
      [decide(callId, 'fail', { result: 1 }), 'effect.invalid'],
      [decide(callId, 'forget'), 'contract.invalid'],
      [decide(callId, 'settle', { result: 'x'.repeat(MAX_RESULT_BYTES + 1) }), 'effect.result_too_large'],
      [decide(newId('call'), 'retry'), 'effect.not_found'],
      [decide(callId, 'fail', { tenant: 'elsewhere' }), 'effect.not_found'],
    ];
    for (const [refused, code] of refusals) await expect(refused).rejects.toMatchObject({ code });
    const shown = await hosts.rpc.call(ToolHostService.method.getEffect, { tenant: 'default', callId });
    expect(shown).toMatchObject({ status: 'unknown', attempt: 1, decisions: [] });
    const listed = await hosts.rpc.call(ToolHostService.method.listEffects, { tenant: 'default', status: 'unknown' });
    expect(listed.effects.map((effect) => effect.callId)).toContain(callId);
  });
});

describe('the last calls of a tool', () => {
  const settled = async (tool: string, outcome: string, code = '') => {
    const callId = newId('call');
    const error = code === '' ? {} : { error: { code, message: 'No' } };
    await dataSource.query(
      `INSERT INTO effects.calls (call_id, tenant, run_id, tool, effect, status, arguments_hash, result, attempt, host, started_at, settled_at)
       VALUES ($1, 'default', '', $2, 'pure', 'settled', 'sha256:', $3, 1, 'h', now(), now())`,
      [callId, tool, JSON.stringify({ call_id: callId, status: outcome, duration_ms: 12.5, content: [], ...error })],
    );
    return callId;
  };
  const list = async (filter: { tool?: string; failed?: boolean; before?: string; limit?: number }) =>
    (await hosts.rpc.call(ToolHostService.method.listEffects, { tenant: 'default', ...filter })).effects;

  it('are listed with what came of them, page by page, and those that failed alone', async () => {
    const fine = await settled('probe_a', 'ok');
    await settled('probe_b', 'ok');
    const failed = await settled('probe_a', 'error', 'tool.failed');
    const calls = await list({ tool: 'probe_a' });
    expect(calls).toMatchObject([
      { callId: failed, outcome: 'error', errorCode: 'tool.failed', durationMs: 12.5 },
      { callId: fine, outcome: 'ok', errorCode: '', durationMs: 12.5 },
    ]);
    expect(await list({ tool: 'probe_a', before: failed })).toMatchObject([{ callId: fine }]);
    expect(await list({ tool: 'probe_a', failed: true })).toMatchObject([{ callId: failed }]);
    const { callId: doubted } = await inDoubt();
    expect((await list({ failed: true })).map(({ callId }) => callId)).toEqual(
      expect.arrayContaining([doubted, failed]),
    );
    expect(await list({ tool: 'none_of_these' })).toEqual([]);
  });
});
