import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a task asks for beside its run: to come first, and that it became input of another run. */
export class AddTaskControl1795741200000 implements MigrationInterface {
  readonly name = 'AddTaskControl1795741200000';

  async up(runner: QueryRunner): Promise<void> {
    // Constant defaults: no row is rewritten.
    await runner.query(
      `ALTER TABLE registry.tasks ADD COLUMN priority smallint NOT NULL DEFAULT 0, ADD COLUMN joined_run_id text`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE registry.tasks DROP COLUMN priority, DROP COLUMN joined_run_id`);
  }
}
