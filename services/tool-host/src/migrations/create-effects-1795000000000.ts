import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The effect ledger, the hosts that write it, and the servers they connect to. */
export class CreateEffects1795000000000 implements MigrationInterface {
  readonly name = 'CreateEffects1795000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "effects"."calls" (
        "call_id" text NOT NULL,
        "tenant" text NOT NULL,
        "run_id" text NOT NULL,
        "tool" text NOT NULL,
        "effect" text NOT NULL,
        "status" text NOT NULL,
        "arguments_hash" text NOT NULL,
        "result" jsonb,
        "attempt" integer NOT NULL,
        "host" text NOT NULL,
        "started_at" timestamptz NOT NULL,
        "settled_at" timestamptz,
        CONSTRAINT "calls_pkey" PRIMARY KEY ("call_id")
      )`);
    await runner.query(`
      CREATE TABLE "effects"."hosts" (
        "host" text NOT NULL,
        "pool" text NOT NULL,
        "seen_at" timestamptz NOT NULL,
        CONSTRAINT "hosts_pkey" PRIMARY KEY ("host")
      )`);
    await runner.query(`
      CREATE TABLE "effects"."tool_servers" (
        "name" text NOT NULL,
        "pool" text NOT NULL,
        "revision" integer NOT NULL,
        "definition" jsonb NOT NULL,
        "tools" jsonb NOT NULL DEFAULT '[]',
        "status" text NOT NULL,
        "last_error" jsonb,
        "updated_at" timestamptz NOT NULL,
        CONSTRAINT "tool_servers_pkey" PRIMARY KEY ("name")
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "effects"."tool_servers"');
    await runner.query('DROP TABLE "effects"."hosts"');
    await runner.query('DROP TABLE "effects"."calls"');
  }
}
