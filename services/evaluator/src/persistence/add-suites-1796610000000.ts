import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Versions of suites; and of an evaluation its suite's version, what it may cost, and why it was stopped. */
export class AddSuites1796610000000 implements MigrationInterface {
  readonly name = 'AddSuites1796610000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE evaluation.suites (
         tenant text NOT NULL,
         name text NOT NULL,
         version text NOT NULL,
         number integer NOT NULL,
         definition json NOT NULL,
         cases integer NOT NULL,
         created_at timestamptz NOT NULL,
         created_by text NOT NULL,
         CONSTRAINT suites_pkey PRIMARY KEY (tenant, name, version),
         CONSTRAINT suites_number UNIQUE (tenant, name, number)
       )`,
    );
    // Constant defaults: no row is rewritten.
    await queryRunner.query(
      `ALTER TABLE evaluation.evaluations ADD COLUMN suite_version text NOT NULL DEFAULT '',
         ADD COLUMN max_cost_usd double precision NOT NULL DEFAULT 0, ADD COLUMN stopped_because text NOT NULL DEFAULT ''`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE evaluation.evaluations DROP COLUMN suite_version, DROP COLUMN max_cost_usd, DROP COLUMN stopped_because',
    );
    await queryRunner.query('DROP TABLE evaluation.suites');
  }
}
