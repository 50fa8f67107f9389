import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Versions of agents that a part of the new runs try. */
export class CreateRollouts1797000000000 implements MigrationInterface {
  readonly name = 'CreateRollouts1797000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE registry.rollouts (
      tenant text NOT NULL, id text NOT NULL, agent text NOT NULL, baseline text NOT NULL, candidate text NOT NULL,
      share double precision NOT NULL, sticky text NOT NULL, guardrails jsonb NOT NULL, promote_after integer NOT NULL,
      status text NOT NULL, reason text NOT NULL, guardrail text NOT NULL, swap text NOT NULL,
      idempotency_key text, fingerprint text NOT NULL,
      started_by text NOT NULL, started_at timestamptz NOT NULL, ended_by text NOT NULL, ended_at timestamptz,
      CONSTRAINT rollouts_pkey PRIMARY KEY (tenant, id))`);
    await runner.query(
      `CREATE UNIQUE INDEX rollouts_running ON registry.rollouts (tenant, agent) WHERE status = 'running'`,
    );
    await runner.query(`CREATE UNIQUE INDEX rollouts_key ON registry.rollouts (tenant, idempotency_key)`);
    // Of all tenants, for who watches them.
    await runner.query(`CREATE INDEX rollouts_by_id ON registry.rollouts (id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE registry.rollouts');
  }
}
