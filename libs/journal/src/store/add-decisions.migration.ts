import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people and rules decided about calls, the newest first, without a look at anything else. */
export class AddDecisions1796500000000 implements MigrationInterface {
  readonly name = 'AddDecisions1796500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX events_decisions ON journal.events (tenant, time, run_id) WHERE type = 'ApprovalResolved'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX journal.events_decisions');
  }
}
