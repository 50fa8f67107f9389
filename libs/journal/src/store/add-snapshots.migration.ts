import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Long runs are loaded without all of their entries. Dropping the table changes nothing but the time that takes. */
export class AddSnapshots1795748400000 implements MigrationInterface {
  readonly name = 'AddSnapshots1795748400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE journal.snapshots (
      run_id text NOT NULL, seq integer NOT NULL, form text NOT NULL, state jsonb NOT NULL,
      CONSTRAINT snapshots_pkey PRIMARY KEY (run_id))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE journal.snapshots`);
  }
}
