import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateJournal1767225600000 implements MigrationInterface {
  readonly name = 'CreateJournal1767225600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE journal.events (
      run_id text NOT NULL, seq integer NOT NULL, tenant text NOT NULL, type text NOT NULL, time timestamptz NOT NULL,
      actor text NOT NULL, trace_id text NOT NULL, data jsonb NOT NULL,
      CONSTRAINT events_pkey PRIMARY KEY (run_id, seq))`);
    // fillfactor: room for the next version of a row in its own page, or every append would write every index.
    await runner.query(`CREATE TABLE journal.runs (
      run_id text NOT NULL, tenant text NOT NULL, task_id text NOT NULL, idempotency_key text NOT NULL, agent text NOT NULL,
      agent_version text NOT NULL, backend text NOT NULL, routing_reason text NOT NULL, thread text NOT NULL,
      user_id text NOT NULL, status text NOT NULL, parked_reason text NOT NULL, seq integer NOT NULL,
      published int4multirange NOT NULL DEFAULT '{}', settled boolean NOT NULL DEFAULT false, turns integer NOT NULL,
      tool_calls integer NOT NULL, usage jsonb NOT NULL, cost_usd double precision NOT NULL, configuration text NOT NULL,
      limits jsonb NOT NULL, metadata jsonb NOT NULL, input jsonb, output jsonb, error jsonb, trace_id text NOT NULL,
      created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, ended_at timestamptz,
      CONSTRAINT runs_pkey PRIMARY KEY (run_id)) WITH (fillfactor = 70)`);
    await runner.query(`CREATE INDEX runs_by_tenant ON journal.runs (tenant, created_at, run_id)`);
    await runner.query(`CREATE INDEX runs_by_thread ON journal.runs (tenant, thread, created_at) WHERE thread <> ''`);
    await runner.query(`CREATE INDEX runs_open ON journal.runs (tenant, created_at) WHERE NOT settled`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE journal.runs`);
    await runner.query(`DROP TABLE journal.events`);
  }
}
