import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create, RunSchema, timestampFromMs, type MessageInitShape } from '@switchyard/contracts';
import { createDataSource, runMigrations, sql } from '@switchyard/persistence';
import { freshDatabase } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import { endedRunOfRecord, type EndedRun } from '../src/outcomes/ended-run.js';
import { OutcomeRepository } from '../src/outcomes/outcome.repository.js';
import { evaluationOwner } from '../src/persistence/evaluation-owner.js';

describe('outcomes that are recorded together', () => {
  let dataSource: DataSource;
  let drop: () => Promise<void>;
  let outcomes: OutcomeRepository;

  beforeAll(async () => {
    const database = await freshDatabase();
    drop = () => database.drop();
    await runMigrations(database.url, [evaluationOwner]);
    const { entities } = evaluationOwner;
    dataSource = await createDataSource({ url: database.url, schema: 'evaluation', entities });
    outcomes = new OutcomeRepository(dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await drop();
  });

  const run = (runId: string, parts: MessageInitShape<typeof RunSchema> = {}): EndedRun => {
    const record = create(RunSchema, {
      ...{ tenant: 't', runId, agent: 'a', status: 'completed', configuration: 'sha256:c' },
      ...{ createdAt: timestampFromMs(1_000), endedAt: timestampFromMs(2_000), ...parts },
    });
    const ended = endedRunOfRecord(record);
    if (ended === undefined) throw new Error('It has not ended');
    return ended;
  };
  const known = async (column: string, prefix: string) => {
    const rows = await sql<{ value: unknown }>(
      dataSource,
      `SELECT ${column} AS value FROM evaluation.outcomes WHERE starts_with(run_id, $1) ORDER BY run_id`,
      [prefix],
    );
    return rows.map(({ value }) => value);
  };

  it('are each one, however often they are told at once, and one of them is new', async () => {
    const told = [run('run_a'), run('run_b'), run('run_a'), run('run_a', { status: 'failed' }), run('run_c')];
    const isNew = await Promise.all(told.map((each) => outcomes.record(each)));
    expect(isNew.filter((each) => each)).toHaveLength(3);
    expect(await known('run_id', 'run_')).toEqual(['run_a', 'run_b', 'run_c']);
    expect(await Promise.all(told.map((each) => outcomes.record(each)))).not.toContain(true);
  });

  it('keep each its own: texts with marks, no cause, no start, ends before starts', async () => {
    const error = { code: 'x.y', message: 'says "no", {really}, \\ and more', details: { a: '{1,2}' } };
    const backwards = { createdAt: timestampFromMs(9_000), endedAt: timestampFromMs(5_000) };
    await Promise.all([
      outcomes.record(run('own_a', { status: 'failed', error, user: 'O\'Hara, "Ann" {x}' })),
      outcomes.record(run('own_b', { ...backwards, thread: 'NULL', user: '' })),
      outcomes.record(run('own_c', { configuration: '' })),
    ]);
    expect(await known('error', 'own_')).toEqual([expect.objectContaining(error), null, null]);
    expect(await known('user_id', 'own_')).toEqual(['O\'Hara, "Ann" {x}', '', '']);
    expect(await known('thread', 'own_')).toEqual(['', 'NULL', '']);
    expect(await known('duration_ms', 'own_')).toEqual([1_000, 0, 1_000]);
    expect(await known('ended_at', 'own_')).toEqual([new Date(2_000), new Date(5_000), new Date(2_000)]);
  });

  it('fail each for itself: one that cannot be written keeps none of the others from it', async () => {
    const told = ['bad_a', 'bad_b', 'bad_c', 'bad_d'].map((id) => run(id, { user: id === 'bad_c' ? 'nul\u0000' : '' }));
    const settled = await Promise.allSettled(told.map((each) => outcomes.record(each)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await known('run_id', 'bad_')).toEqual(['bad_a', 'bad_b', 'bad_d']);
  });

  it('of the same runs, in other orders and by several, never wait for each other for ever', async () => {
    const ids = Array.from({ length: 200 }, (_, n) => `many_${String(n).padStart(3, '0')}`);
    const others = Array.from({ length: 4 }, () => new OutcomeRepository(dataSource));
    const all = others.flatMap((repository, nth) =>
      (nth % 2 === 0 ? ids : [...ids].reverse()).map((id) =>
        repository.record(run(id, { configuration: `sha256:${id}` })),
      ),
    );
    expect((await Promise.all(all)).filter((isNew) => isNew)).toHaveLength(200);
  });
});
