import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a run took beyond its turns: requests repeated, answers mended, calls that a person overrode; and how soon it spoke. */
export class AddHardships1796600000000 implements MigrationInterface {
  readonly name = 'AddHardships1796600000000';

  async up(runner: QueryRunner): Promise<void> {
    // Constant defaults: no row is rewritten.
    await runner.query(`ALTER TABLE journal.runs
      ADD COLUMN retries integer NOT NULL DEFAULT 0, ADD COLUMN repairs integer NOT NULL DEFAULT 0,
      ADD COLUMN overrides integer NOT NULL DEFAULT 0, ADD COLUMN first_token_ms double precision NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE journal.runs DROP COLUMN retries, DROP COLUMN repairs, DROP COLUMN overrides, DROP COLUMN first_token_ms',
    );
  }
}
