import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tasks that are accepted and kept back until their backend has room. */
export class AddAdmission1795827600000 implements MigrationInterface {
  readonly name = 'AddAdmission1795827600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE registry.tasks ADD COLUMN waiting_since timestamptz`);
    // Partial: a task that is dispatched at once never stands in it.
    await runner.query(
      `CREATE INDEX tasks_waiting ON registry.tasks (backend, priority, tenant, waiting_since)
       WHERE waiting_since IS NOT NULL AND ended_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    // What waits is found by the reconciler of the version before.
    await runner.query(`UPDATE registry.tasks SET next_check_at = now() WHERE waiting_since IS NOT NULL`);
    await runner.query(`DROP INDEX registry.tasks_waiting`);
    await runner.query(`ALTER TABLE registry.tasks DROP COLUMN waiting_since`);
  }
}
