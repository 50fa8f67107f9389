import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tasks that are published again and again. */
export class CreateSchedules1795752000000 implements MigrationInterface {
  readonly name = 'CreateSchedules1795752000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE registry.schedules (
      tenant text NOT NULL, name text NOT NULL, cron text NOT NULL, time_zone text NOT NULL, task jsonb NOT NULL,
      missed text NOT NULL, overlap text NOT NULL, paused boolean NOT NULL, next_at timestamptz, ends_at timestamptz,
      last_at timestamptz, last_run_id text NOT NULL, fired integer NOT NULL, skipped integer NOT NULL, last_error jsonb,
      created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
      CONSTRAINT schedules_pkey PRIMARY KEY (tenant, name))`);
    await runner.query(
      `CREATE INDEX schedules_due ON registry.schedules (next_at) WHERE next_at IS NOT NULL AND NOT paused`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE registry.schedules');
  }
}
