import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a tool gave beyond its limit, for `read_result`. */
export class AddKeptResults1796400000000 implements MigrationInterface {
  readonly name = 'AddKeptResults1796400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "effects"."kept_results" (
        "call_id" text NOT NULL,
        "hash" text NOT NULL,
        "tenant" text NOT NULL,
        "content" text NOT NULL,
        "kept_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "kept_results_pkey" PRIMARY KEY ("call_id", "hash")
      )`);
    await runner.query('CREATE INDEX "kept_results_by_age" ON "effects"."kept_results" ("kept_at")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "effects"."kept_results"');
  }
}
