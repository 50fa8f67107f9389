import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that failed are found among millions that did not. `error` is written once, with the end: appends stay in their page. */
export class AddFailedRuns1795748400000 implements MigrationInterface {
  readonly name = 'AddFailedRuns1795748400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX runs_failed ON journal.runs (tenant, created_at) WHERE error IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX journal.runs_failed`);
  }
}
