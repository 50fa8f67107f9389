import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Imports of bundles, and the long lines that come in parts. */
export class AddBundles1797060000000 implements MigrationInterface {
  readonly name = 'AddBundles1797060000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE registry.bundle_imports (
      tenant text NOT NULL, bundle text NOT NULL, platform_version text NOT NULL, imported_by text NOT NULL,
      started_at timestamptz NOT NULL, ended_at timestamptz, stored integer NOT NULL,
      CONSTRAINT bundle_imports_pkey PRIMARY KEY (tenant, bundle))`);
    await runner.query(`CREATE TABLE registry.bundle_parts (
      tenant text NOT NULL, hash text NOT NULL, number integer NOT NULL, text text NOT NULL, at timestamptz NOT NULL,
      CONSTRAINT bundle_parts_pkey PRIMARY KEY (tenant, hash, number))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE registry.bundle_parts');
    await runner.query('DROP TABLE registry.bundle_imports');
  }
}
