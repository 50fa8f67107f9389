import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules of a tenant on tool calls. */
export class CreatePolicies1796500000000 implements MigrationInterface {
  readonly name = 'CreatePolicies1796500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE registry.policies (
      tenant text NOT NULL, name text NOT NULL, definition jsonb NOT NULL, updated_at timestamptz NOT NULL, updated_by text NOT NULL,
      CONSTRAINT policies_pkey PRIMARY KEY (tenant, name))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE registry.policies');
  }
}
