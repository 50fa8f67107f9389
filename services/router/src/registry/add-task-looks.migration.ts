import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the reconciler found when it looked at a task last, so that it looks less often at what does not move. */
export class AddTaskLooks1795744800000 implements MigrationInterface {
  readonly name = 'AddTaskLooks1795744800000';

  async up(runner: QueryRunner): Promise<void> {
    // Constant defaults: no row is rewritten.
    await runner.query(
      `ALTER TABLE registry.tasks ADD COLUMN checked_seq integer NOT NULL DEFAULT 0, ADD COLUMN idle_checks integer NOT NULL DEFAULT 0`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE registry.tasks DROP COLUMN checked_seq, DROP COLUMN idle_checks`);
  }
}
