import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Named secrets, sealed. */
export class AddSecrets1796300000000 implements MigrationInterface {
  readonly name = 'AddSecrets1796300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "effects"."secrets" (
        "tenant" text NOT NULL,
        "name" text NOT NULL,
        "used_by" text array NOT NULL,
        "pools" text array NOT NULL,
        "sealed" jsonb NOT NULL,
        "revision" integer NOT NULL,
        "updated_at" timestamptz NOT NULL,
        "updated_by" text NOT NULL,
        CONSTRAINT "secrets_pkey" PRIMARY KEY ("tenant", "name")
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "effects"."secrets"');
  }
}
