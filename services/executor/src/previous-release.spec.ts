import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { JOURNAL_FORM } from '@switchyard/journal';
import { sql } from '@switchyard/persistence';
import { World } from './world.fixture.js';

interface StoredJournal {
  name: string;
  /** As the release that wrote it folded it. */
  status: string;
  entries: JsonObject[];
}

/** What that release wrote; it is never generated anew. Only the times are of today: a run has an hour. */
async function journalsOfFormOne(): Promise<StoredJournal[]> {
  const file = new URL('../../../libs/journal/fixtures/journals-form-1.json', import.meta.url);
  const { journals } = JSON.parse(await readFile(file, 'utf8')) as { journals: StoredJournal[] };
  const time = new Date().toISOString();
  return journals.map((journal) => ({ ...journal, entries: journal.entries.map((entry) => ({ ...entry, time })) }));
}

describe('runs of the previous release', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
  });
  afterEach(() => world.close());

  /** Rows as that release left them: without the columns that came later. */
  async function store({ status, entries }: StoredJournal): Promise<string> {
    await sql(
      world.dataSource,
      `INSERT INTO journal.events SELECT d ->> 'run_id', (d ->> 'seq')::integer, d ->> 'tenant', 'x', (d ->> 'time')::timestamptz, d ->> 'actor', '', d
       FROM jsonb_array_elements($1::jsonb) AS d`,
      [JSON.stringify(entries)],
    );
    await sql(
      world.dataSource,
      `INSERT INTO journal.runs (run_id, tenant, task_id, idempotency_key, agent, agent_version, backend, routing_reason, thread, user_id,
         status, parked_reason, seq, turns, tool_calls, usage, cost_usd, configuration, limits, metadata, trace_id, created_at, updated_at)
       SELECT d ->> 'run_id', d ->> 'tenant', d ->> 'task_id', '', d ->> 'agent', '', 'simulator', '', '', '', $2, '', $3, 0, 0, '{}', 0, '', '{}', '{}', '', now(), now()
       FROM jsonb_array_elements($1::jsonb) AS d LIMIT 1`,
      [JSON.stringify(entries), status, entries.length],
    );
    return String(entries[0]?.['run_id']);
  }

  it('are read as that release read them, and those under way are finished by this one', async () => {
    const journals = await journalsOfFormOne();
    const runs = await Promise.all(journals.map(async (journal) => ({ ...journal, runId: await store(journal) })));
    const underWay = runs.filter(({ status }) => ['queued', 'running', 'waiting'].includes(status));
    expect([runs.length, underWay.length]).toEqual([10, 7]);
    for (const { runId, status, entries } of runs) {
      const { state, events } = await world.store.load(runId);
      expect([runId, state.status, state.seq]).toEqual([runId, status, entries.length]);
      expect(entries.every((entry) => entry['version'] === undefined)).toBe(true);
      expect(new Set(events.map(({ version }) => version))).toEqual(new Set([JOURNAL_FORM]));
    }
    world.simulator.enqueue(...underWay.map(() => ({ text: 'It is four.' })));
    await world.startExecutor();
    await Promise.all(underWay.map(({ runId }) => world.wake(runId, 'redriven')));
    for (const { runId, entries } of underWay) {
      const { state, events } = await world.ended(runId);
      expect([runId, state.status, state.output]).toEqual([runId, 'completed', 'It is four.']);
      // What was written before stays; what follows says its form.
      expect(events.slice(0, entries.length).map(({ seq }) => seq)).toEqual(entries.map(({ seq }) => seq));
    }
    const forms = await sql<{ form: string | null; old: boolean }>(
      world.dataSource,
      `SELECT DISTINCT data ->> 'version' AS form, type = 'x' AS old FROM journal.events ORDER BY 2`,
    );
    expect(forms).toEqual([
      { form: String(JOURNAL_FORM), old: false },
      { form: null, old: true },
    ]);
  });
});
