import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people decided of calls in doubt, the wake-ups that follow, and the ways to what is in doubt and to what is old. */
export class AddDecisions1795824000000 implements MigrationInterface {
  readonly name = 'AddDecisions1795824000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "effects"."calls" ADD COLUMN "wake_at" timestamptz`);
    // Partial: a call that goes as it should never stands in one of these two.
    await runner.query(
      `CREATE INDEX "calls_unknown" ON "effects"."calls" ("tenant", "call_id") WHERE status = 'unknown'`,
    );
    await runner.query(`CREATE INDEX "calls_to_wake" ON "effects"."calls" ("wake_at") WHERE wake_at IS NOT NULL`);
    // Rows lie in the order in which they were begun: a block range index finds the old ones and costs writers nothing.
    await runner.query(`CREATE INDEX "calls_by_age" ON "effects"."calls" USING brin ("started_at")`);
    await runner.query(`
      CREATE TABLE "effects"."decisions" (
        "call_id" text NOT NULL,
        "attempt" integer NOT NULL,
        "tenant" text NOT NULL,
        "decision" text NOT NULL,
        "decided_by" text NOT NULL,
        "reason" text NOT NULL,
        "decided_at" timestamptz NOT NULL,
        CONSTRAINT "decisions_pkey" PRIMARY KEY ("call_id", "attempt")
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "effects"."decisions"');
    await runner.query('DROP INDEX "effects"."calls_unknown", "effects"."calls_to_wake", "effects"."calls_by_age"');
    await runner.query('ALTER TABLE "effects"."calls" DROP COLUMN "wake_at"');
  }
}
