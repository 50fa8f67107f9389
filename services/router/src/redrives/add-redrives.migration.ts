import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which dead letters were given another try. */
export class AddRedrives1795748400000 implements MigrationInterface {
  readonly name = 'AddRedrives1795748400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE registry.redrives (
      tenant text NOT NULL,
      kind text NOT NULL,
      id text NOT NULL,
      run_id text NOT NULL,
      actor text NOT NULL,
      redriven_at timestamptz NOT NULL,
      CONSTRAINT redrives_pkey PRIMARY KEY (tenant, kind, id))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE registry.redrives`);
  }
}
