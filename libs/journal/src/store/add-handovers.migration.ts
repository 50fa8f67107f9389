import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who has a thread after a handover, and what a look at the trees of runs reads: open children, and who waits for children. */
export class AddHandovers1795755600000 implements MigrationInterface {
  readonly name = 'AddHandovers1795755600000';

  async up(runner: QueryRunner): Promise<void> {
    // A constant default: no row is rewritten.
    await runner.query(`ALTER TABLE journal.runs ADD COLUMN handed_over_to text NOT NULL DEFAULT ''`);
    for (const index of [
      `runs_open_children ON journal.runs (parent_run_id) WHERE parent_run_id <> '' AND NOT settled`,
      `runs_waiting_for_children ON journal.runs (run_id) WHERE parked_reason = 'child'`,
      `runs_handed_over ON journal.runs (tenant, thread, created_at) WHERE handed_over_to <> ''`,
    ])
      await runner.query(`CREATE INDEX ${index}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP INDEX journal.runs_open_children, journal.runs_waiting_for_children, journal.runs_handed_over',
    );
    await runner.query('ALTER TABLE journal.runs DROP COLUMN handed_over_to');
  }
}
