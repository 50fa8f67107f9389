import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What tenants, agents and trees of runs may spend, and what is set aside for turns under way. */
export class AddBudgets1795741200000 implements MigrationInterface {
  readonly name = 'AddBudgets1795741200000';

  async up(runner: QueryRunner): Promise<void> {
    // fillfactor: every turn writes the row anew, and no indexed column changes with it.
    await runner.query(`CREATE TABLE journal.budgets (
      scope text NOT NULL, kind text NOT NULL, tenant text NOT NULL, agent text NOT NULL, per text NOT NULL,
      limit_usd double precision NOT NULL, limit_tokens double precision NOT NULL,
      spent_usd double precision NOT NULL, spent_tokens double precision NOT NULL,
      reserved_usd double precision NOT NULL, reserved_tokens double precision NOT NULL,
      period_start timestamptz NOT NULL, updated_at timestamptz NOT NULL,
      CONSTRAINT budgets_pkey PRIMARY KEY (scope)) WITH (fillfactor = 50)`);
    await runner.query(`CREATE INDEX budgets_by_tenant ON journal.budgets (tenant, agent) WHERE kind <> 'run'`);
    await runner.query(`CREATE TABLE journal.reservations (
      run_id text NOT NULL, turn integer NOT NULL, scopes text[] NOT NULL, usd double precision NOT NULL,
      tokens double precision NOT NULL, at timestamptz NOT NULL,
      CONSTRAINT reservations_pkey PRIMARY KEY (run_id))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE journal.reservations`);
    await runner.query(`DROP TABLE journal.budgets`);
  }
}
