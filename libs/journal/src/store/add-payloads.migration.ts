import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Large values stand beside the events, once by their content. */
export class AddPayloads1795752000000 implements MigrationInterface {
  readonly name = 'AddPayloads1795752000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE journal.payloads (
      tenant text NOT NULL, hash text NOT NULL, bytes integer NOT NULL, data text NOT NULL, used_at timestamptz NOT NULL,
      CONSTRAINT payloads_pkey PRIMARY KEY (tenant, hash))`);
    await runner.query(`CREATE TABLE journal.payload_uses (
      tenant text NOT NULL, hash text NOT NULL, run_id text NOT NULL,
      CONSTRAINT payload_uses_pkey PRIMARY KEY (tenant, hash, run_id))`);
    await runner.query(`CREATE INDEX payload_uses_by_run ON journal.payload_uses (run_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE journal.payload_uses`);
    await runner.query(`DROP TABLE journal.payloads`);
  }
}
