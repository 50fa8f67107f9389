import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = [
  `parked_calls jsonb NOT NULL DEFAULT '[]'`,
  `wake_at timestamptz`,
  `priority text NOT NULL DEFAULT ''`,
  `parent_run_id text NOT NULL DEFAULT ''`,
  `root_run_id text NOT NULL DEFAULT ''`,
  `parent jsonb`,
  `fork jsonb`,
  `tree_usage jsonb NOT NULL DEFAULT '{}'`,
  `tree_cost_usd double precision NOT NULL DEFAULT 0`,
];

/** What a run waits for and until when, and its place among the runs that call each other. */
export class AddDurability1795737600000 implements MigrationInterface {
  readonly name = 'AddDurability1795737600000';

  async up(runner: QueryRunner): Promise<void> {
    // Constant defaults: no row is rewritten.
    await runner.query(`ALTER TABLE journal.runs ${COLUMNS.map((column) => `ADD COLUMN ${column}`).join(', ')}`);
    await runner.query(`CREATE INDEX runs_by_parent ON journal.runs (parent_run_id) WHERE parent_run_id <> ''`);
    await runner.query(`CREATE INDEX runs_by_wake ON journal.runs (wake_at) WHERE wake_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX journal.runs_by_parent, journal.runs_by_wake`);
    const names = COLUMNS.map((column) => column.slice(0, column.indexOf(' ')));
    await runner.query(`ALTER TABLE journal.runs ${names.map((name) => `DROP COLUMN ${name}`).join(', ')}`);
  }
}
