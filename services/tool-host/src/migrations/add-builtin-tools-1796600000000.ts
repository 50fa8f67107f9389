import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What comes with the hosts of each pool. */
export class AddBuiltinTools1796600000000 implements MigrationInterface {
  readonly name = 'AddBuiltinTools1796600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "effects"."builtin_tools" (
        "pool" text NOT NULL,
        "name" text NOT NULL,
        "toolset" text NOT NULL,
        "definition" jsonb NOT NULL,
        "seen_at" timestamptz NOT NULL,
        CONSTRAINT "builtin_tools_pkey" PRIMARY KEY ("pool", "name")
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "effects"."builtin_tools"');
  }
}
