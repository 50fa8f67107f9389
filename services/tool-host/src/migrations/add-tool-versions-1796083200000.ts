import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What servers have offered over time, and what of it agents get. */
export class AddToolVersions1796083200000 implements MigrationInterface {
  readonly name = 'AddToolVersions1796083200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE "effects"."tool_servers" ADD COLUMN "accepted_revision" integer NOT NULL DEFAULT 0`,
    );
    await runner.query(`
      CREATE TABLE "effects"."tool_versions" (
        "server" text NOT NULL,
        "tool" text NOT NULL,
        "number" integer NOT NULL,
        "fingerprint" text NOT NULL,
        "definition" jsonb NOT NULL,
        "seen_at" timestamptz NOT NULL,
        "accepted_at" timestamptz,
        "accepted_by" text,
        CONSTRAINT "tool_versions_pkey" PRIMARY KEY ("server", "tool", "number"),
        CONSTRAINT "tool_versions_fingerprint" UNIQUE ("server", "tool", "fingerprint")
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "effects"."tool_versions"');
    await runner.query('ALTER TABLE "effects"."tool_servers" DROP COLUMN "accepted_revision"');
  }
}
