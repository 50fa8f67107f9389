import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@switchyard/contracts';
import { createDataSource } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { effectsOwner } from '../database-owner.js';
import { ToolHosts } from '../tool-host.fixture.js';
import { RetentionService } from './retention.service.js';

let hosts: ToolHosts;
let dataSource: DataSource;
let retention: RetentionService;

beforeAll(async () => {
  hosts = await ToolHosts.create();
  const service = await hosts.start({ SWITCHYARD_EFFECTS_DAYS: '30' });
  retention = service.app.get(RetentionService, { strict: false });
  const { entities } = effectsOwner;
  dataSource = await createDataSource({ url: hosts.database.url, schema: 'effects', entities, poolSize: 2 });
});
afterAll(async () => {
  await dataSource?.destroy();
  await hosts?.close();
});

const insert = async (status: string, days: number, runId: string, wakeAt: Date | null = null): Promise<string> => {
  const callId = newId('call');
  await dataSource.query(
    `INSERT INTO effects.calls (call_id, tenant, run_id, tool, effect, status, arguments_hash, result, attempt, host, started_at, settled_at, wake_at)
     VALUES ($1, 'default', $2, 'send', 'irreversible', $3, 'sha256:', '{"status": "ok"}', 1, 'gone',
             now() - $4 * interval '1 day', now() - $4 * interval '1 day', $5)`,
    [callId, runId, status, days, wakeAt],
  );
  return callId;
};
const left = async (): Promise<string[]> => {
  const rows: { call_id: string }[] = await dataSource.query('SELECT call_id FROM effects.calls ORDER BY call_id');
  return rows.map(({ call_id: callId }) => callId);
};
const runThat = (status: string): string => {
  const runId = newId('run');
  hosts.runStatus.set(runId, status);
  return runId;
};

it('removes old settled calls of runs that have ended, in batches, and nothing that may be asked for again or decided', async () => {
  const ended = runThat('completed');
  const kept = [
    await insert('settled', 29, ended),
    await insert('settled', 400, runThat('waiting')),
    await insert('settled', 400, runThat('running')),
    await insert('unknown', 400, ended),
    await insert('started', 400, ended),
    await insert('released', 400, ended),
    // Its run is still to be told.
    await insert('settled', 400, ended, new Date(Date.now() + 3_600_000)),
  ];
  for (const runId of [ended, runThat('failed'), runThat('cancelled'), '']) await insert('settled', 31, runId);
  await dataSource.query(
    `INSERT INTO effects.calls (call_id, tenant, run_id, tool, effect, status, arguments_hash, result, attempt, host, started_at, settled_at)
     SELECT 'call_many_' || n, 'default', $1, 'send', 'pure', 'settled', 'sha256:', '{}', 1, 'gone', now() - interval '90 days', now()
     FROM generate_series(1, 1200) AS n`,
    [ended],
  );
  expect(await retention.sweep()).toBe(1_204);
  expect(await left()).toEqual([...kept].sort());
  expect(await retention.sweep()).toBe(0);
});

it('is done by one host at a time', async () => {
  await insert('settled', 90, runThat('completed'));
  const removed = await Promise.all([retention.sweep(), retention.sweep(), retention.sweep()]);
  expect(removed.reduce((sum, count) => sum + count, 0)).toBe(1);
});
