import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many calls of a run wait for a person, so that those runs are found without a look at the others. */
export class AddApprovals1795744800000 implements MigrationInterface {
  readonly name = 'AddApprovals1795744800000';

  async up(runner: QueryRunner): Promise<void> {
    // A constant default: no row is rewritten.
    await runner.query(`ALTER TABLE journal.runs ADD COLUMN approvals integer NOT NULL DEFAULT 0`);
    await runner.query(
      `CREATE INDEX runs_by_approval ON journal.runs (tenant, created_at, run_id) WHERE approvals > 0`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX journal.runs_by_approval`);
    await runner.query(`ALTER TABLE journal.runs DROP COLUMN approvals`);
  }
}
