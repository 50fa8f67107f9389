import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { QueryRunner } from 'typeorm';
import { memoryOwner } from '../../src/persistence/memory-owner.js';
import type { Query } from '../../src/vectors/query.js';

/** Postgres with pgvector, in this process: the migrations have run, and what is asked is asked as the owner. */
export async function pgliteFixture() {
  const database = await PGlite.create({ extensions: { vector } });
  const rows = async (text: string, parameters: readonly unknown[] = []) =>
    (await database.query<object>(text, [...parameters])).rows;
  // As much of a query runner as the migrations use.
  const runner = {
    query: rows,
    hasTable: async (name: string) => {
      const [row] = await rows('SELECT to_regclass($1) IS NOT NULL AS there', [name]);
      return JSON.stringify(row) === '{"there":true}';
    },
  } as unknown as QueryRunner;
  await rows('CREATE SCHEMA memory');
  for (const Migration of memoryOwner.migrations) {
    await rows('BEGIN');
    await new Migration().up(runner);
    await rows('COMMIT');
  }
  const query: Query = async <Row extends object>(_name: string, text: string, parameters: readonly unknown[]) =>
    (await database.query<Row>(text, [...parameters])).rows.map(asPg);
  return { query, rows, close: () => database.close() };
}

/** pg gives 64-bit numbers as text, PGlite as numbers. */
function asPg<Row extends object>(row: Row): Row {
  const entries = Object.entries(row).map(([name, value]): [string, unknown] => [
    name,
    TEXT.has(name) && value !== null ? String(value) : value,
  ]);
  return Object.fromEntries(entries) as Row;
}

const TEXT = new Set(['doc', 'scope_id', 'revision', 'epoch']);
