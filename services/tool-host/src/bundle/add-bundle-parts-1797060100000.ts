import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Long lines of bundles, which come in parts. */
export class AddBundleParts1797060100000 implements MigrationInterface {
  readonly name = 'AddBundleParts1797060100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE effects.bundle_parts (
      tenant text NOT NULL, hash text NOT NULL, number integer NOT NULL, text text NOT NULL, at timestamptz NOT NULL,
      CONSTRAINT bundle_parts_pkey PRIMARY KEY (tenant, hash, number))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE effects.bundle_parts');
  }
}
