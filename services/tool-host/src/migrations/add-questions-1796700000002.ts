import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Questions of tools to people, and their answers. */
export class AddQuestions1796700000002 implements MigrationInterface {
  readonly name = 'AddQuestions1796700000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "effects"."questions" (
        "call_id" text NOT NULL,
        "round" integer NOT NULL,
        "tenant" text NOT NULL,
        "questions" jsonb NOT NULL,
        "state" text,
        "held" boolean NOT NULL,
        "asked_at" timestamptz NOT NULL,
        "answers" jsonb,
        "answered_by" text,
        "answered_at" timestamptz,
        CONSTRAINT "questions_pkey" PRIMARY KEY ("call_id", "round")
      )`);
    await runner.query(
      `CREATE INDEX "questions_open" ON "effects"."questions" ("tenant", "call_id") WHERE answers IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "effects"."questions"');
  }
}
