import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that ended long ago have one row for all their entries. */
export class AddArchives1795842000000 implements MigrationInterface {
  readonly name = 'AddArchives1795842000000';

  async up(runner: QueryRunner): Promise<void> {
    // What is compressed already is not compressed again.
    await runner.query(`CREATE TABLE journal.archives (
      run_id text NOT NULL, tenant text NOT NULL, seq integer NOT NULL, entries bytea STORAGE EXTERNAL NOT NULL,
      ended_at timestamptz NOT NULL, archived_at timestamptz NOT NULL,
      CONSTRAINT archives_pkey PRIMARY KEY (run_id))`);
    await runner.query(`CREATE INDEX archives_by_end ON journal.archives (ended_at, run_id)`);
    // A constant default: no row is rewritten.
    await runner.query(`ALTER TABLE journal.runs ADD COLUMN archived boolean NOT NULL DEFAULT false`);
    // By a column that never changes: on ended_at, every end of a run would write every index.
    await runner.query(
      `CREATE INDEX runs_not_archived ON journal.runs (created_at, run_id) WHERE settled AND NOT archived`,
    );
  }

  /** Runs that are archived have no entries afterwards. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX journal.runs_not_archived`);
    await runner.query(`ALTER TABLE journal.runs DROP COLUMN archived`);
    await runner.query(`DROP TABLE journal.archives`);
  }
}
