import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people say of tools, and what it takes to hold all hosts to it together. */
export class AddToolSettings1796086800000 implements MigrationInterface {
  readonly name = 'AddToolSettings1796086800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "effects"."tool_settings" (
        "tool" text NOT NULL,
        "settings" jsonb NOT NULL,
        "updated_at" timestamptz NOT NULL,
        "updated_by" text NOT NULL,
        CONSTRAINT "tool_settings_pkey" PRIMARY KEY ("tool")
      )`);
    // Unlogged: after a crash of the database nothing runs that these could be about.
    await runner.query(`
      CREATE UNLOGGED TABLE "effects"."tool_leases" (
        "tool" text NOT NULL,
        "call_id" text NOT NULL,
        "until" timestamptz NOT NULL,
        CONSTRAINT "tool_leases_pkey" PRIMARY KEY ("tool", "call_id")
      )`);
    await runner.query(`
      CREATE UNLOGGED TABLE "effects"."tool_rates" (
        "tool" text NOT NULL,
        "tokens" double precision NOT NULL,
        "filled_at" timestamptz NOT NULL,
        CONSTRAINT "tool_rates_pkey" PRIMARY KEY ("tool")
      )`);
    await runner.query(`
      CREATE UNLOGGED TABLE "effects"."tool_cache" (
        "key" text NOT NULL,
        "result" jsonb NOT NULL,
        "until" timestamptz NOT NULL,
        CONSTRAINT "tool_cache_pkey" PRIMARY KEY ("key")
      )`);
    await runner.query(`CREATE INDEX "tool_cache_until" ON "effects"."tool_cache" ("until")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE "effects"."tool_cache", "effects"."tool_rates", "effects"."tool_leases", "effects"."tool_settings"',
    );
  }
}
