import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists and the evaluator see where a run has been without reading its journal. */
export class AddRunSwitches1795651200000 implements MigrationInterface {
  readonly name = 'AddRunSwitches1795651200000';

  async up(runner: QueryRunner): Promise<void> {
    // A constant default: no row is rewritten.
    await runner.query(`ALTER TABLE journal.runs ADD COLUMN switches jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE journal.runs DROP COLUMN switches`);
  }
}
