import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which rollout decided a run's agent version, and its arm: who records how runs end need not read their journals for it. */
export class AddRollouts1797000100000 implements MigrationInterface {
  readonly name = 'AddRollouts1797000100000';

  async up(runner: QueryRunner): Promise<void> {
    // Constant defaults: no row is rewritten.
    await runner.query(
      `ALTER TABLE journal.runs ADD COLUMN rollout text NOT NULL DEFAULT '', ADD COLUMN rollout_arm text NOT NULL DEFAULT ''`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE journal.runs DROP COLUMN rollout, DROP COLUMN rollout_arm');
  }
}
