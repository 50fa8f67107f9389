import { expect } from '@jest/globals';
import pg from 'pg';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { rest, type System } from '../index.js';

/** A journal entry, and a run, as REST shows them. */
export type Entry = JsonObject & { seq: number };

/** Submits a task and gives its run's id. */
export async function submit(system: System, task: JsonObject): Promise<string> {
  const answer = await rest(system, 'POST', '/v1/tasks', { body: task });
  if (answer.status !== 202) throw new Error(`The task was answered with ${answer.status}: ${answer.text}`);
  return String(answer.body['run_id']);
}

export async function runOf(system: System, runId: string): Promise<JsonObject> {
  const answer = await rest(system, 'GET', `/v1/runs/${runId}`);
  if (answer.status !== 200) throw new Error(`${runId} was answered with ${answer.status}: ${answer.text}`);
  return answer.body;
}

const ENDED = ['completed', 'failed', 'cancelled'];

export async function ended(system: System, runId: string, timeoutMs = 25_000): Promise<JsonObject> {
  return untilStatus(system, runId, ENDED, timeoutMs);
}

export function untilStatus(
  system: System,
  runId: string,
  statuses: readonly string[],
  timeoutMs = 25_000,
): Promise<JsonObject> {
  return waitFor(
    async () => {
      const run = await runOf(system, runId);
      return statuses.includes(String(run['status'])) && run;
    },
    { timeoutMs, intervalMs: 100, describe: `${runId} to be ${statuses.join(' or ')}` },
  );
}

/** Submits and waits for the end. */
export async function finished(system: System, task: JsonObject): Promise<JsonObject> {
  return ended(system, await submit(system, task));
}

/** A run's journal, oldest first. */
export async function journalOf(system: System, runId: string): Promise<Entry[]> {
  const answer = await rest(system, 'GET', `/v1/runs/${runId}/events`, { headers: { accept: 'application/json' } });
  return answer.body['events'] as Entry[];
}

/** What the entries of a type say. */
export async function entriesOf(system: System, runId: string, type: string): Promise<JsonObject[]> {
  return (await journalOf(system, runId)).flatMap((entry) => (type in entry ? [entry[type] as JsonObject] : []));
}

/** Registers a backend that is chosen only where a task names it: simulated, and last by its name. */
export async function addBackend(system: System, name: string, baseUrl: string, more: JsonObject = {}): Promise<void> {
  const body = { name, base_url: baseUrl, api: 'openai-chat', model: 'switchyard-simulator', simulated: true, ...more };
  const answer = await rest(system, 'POST', '/v1/backends', { body });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
}

export async function addAgent(system: System, name: string, tools: string[], more: JsonObject = {}): Promise<void> {
  const body = { name, instructions: 'Use your tools.', tools, memory: { recall: false }, ...more };
  const answer = await rest(system, 'POST', '/v1/agents', { body });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
}

/** Rows of a query on the system's database, as nobody but a test reads it. */
export async function rows<T>(system: System, query: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: system.connection.database_url });
  await client.connect();
  try {
    return (await client.query(query)).rows as T[];
  } finally {
    await client.end();
  }
}

/** How often each kind of end stands in the journal of each run: `{run_…: 'RunCompleted'}` when all is well. */
export async function endsByRun(system: System): Promise<Record<string, string>> {
  const found = await rows<{ run_id: string; ends: string }>(
    system,
    `SELECT run_id, string_agg(type, '+') FILTER (WHERE type IN ('RunCompleted', 'RunFailed', 'RunCancelled')) AS ends
     FROM journal.events GROUP BY run_id`,
  );
  return Object.fromEntries(found.map(({ run_id, ends }) => [run_id, ends ?? '']));
}

/** The service instances that answer on the bus: another id is another process, or another start. */
export async function instances(system: System): Promise<string[]> {
  const nats = await system.nats();
  try {
    const found: string[] = [];
    for await (const answer of await nats.requestMany('$SRV.PING', '', {
      strategy: 'stall',
      stall: 300,
      maxWait: 2_000,
    })) {
      const { name, id } = answer.json<{ name: string; id: string }>();
      if (name.startsWith(`${system.connection.prefix}-`)) found.push(`${name} ${id}`);
    }
    return found.sort();
  } finally {
    await nats.close();
  }
}
