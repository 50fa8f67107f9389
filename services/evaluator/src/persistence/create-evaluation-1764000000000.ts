import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first tables: configurations and outcomes of all runs; evaluations with their cases, attempts and scores. */
export class CreateEvaluation1764000000000 implements MigrationInterface {
  readonly name = 'CreateEvaluation1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const tables = ['scores', 'attempts', 'evaluation_cases', 'evaluations', 'outcomes', 'configurations'];
    await queryRunner.query(`DROP TABLE ${tables.map((table) => `evaluation.${table}`).join(', ')}`);
  }
}

// json and not jsonb: outputs and errors are kept as they are, and jsonb refuses \u0000.
const UP = [
  `CREATE TABLE evaluation.configurations (
     tenant text NOT NULL,
     fingerprint text NOT NULL,
     agent text NOT NULL,
     configuration json NOT NULL,
     first_seen timestamptz NOT NULL,
     CONSTRAINT configurations_pkey PRIMARY KEY (tenant, fingerprint)
   )`,
  `CREATE TABLE evaluation.outcomes (
     tenant text NOT NULL,
     run_id text NOT NULL,
     task_id text NOT NULL,
     agent text NOT NULL,
     agent_version text NOT NULL,
     backend text NOT NULL,
     configuration text NOT NULL,
     status text NOT NULL,
     error json,
     usage json,
     cost_usd double precision NOT NULL,
     duration_ms double precision NOT NULL,
     turns integer NOT NULL,
     tool_calls integer NOT NULL,
     ended_at timestamptz NOT NULL,
     CONSTRAINT outcomes_pkey PRIMARY KEY (tenant, run_id)
   )`,
  'CREATE INDEX outcomes_configuration ON evaluation.outcomes (tenant, configuration)',
  'CREATE INDEX outcomes_agent ON evaluation.outcomes (tenant, agent)',
  `CREATE TABLE evaluation.evaluations (
     id text NOT NULL,
     tenant text NOT NULL,
     suite text NOT NULL,
     agent text NOT NULL,
     backend text NOT NULL,
     total integer NOT NULL,
     status text NOT NULL,
     created_at timestamptz NOT NULL,
     ended_at timestamptz,
     CONSTRAINT evaluations_pkey PRIMARY KEY (id)
   )`,
  'CREATE INDEX evaluations_tenant ON evaluation.evaluations (tenant, id)',
  `CREATE INDEX evaluations_running ON evaluation.evaluations (status) WHERE status = 'running'`,
  `CREATE TABLE evaluation.evaluation_cases (
     evaluation_id text NOT NULL,
     case_id text NOT NULL,
     position integer NOT NULL,
     definition json NOT NULL,
     CONSTRAINT evaluation_cases_pkey PRIMARY KEY (evaluation_id, case_id)
   )`,
  `CREATE TABLE evaluation.attempts (
     evaluation_id text NOT NULL,
     case_id text NOT NULL,
     repeat integer NOT NULL,
     tenant text NOT NULL,
     position integer NOT NULL,
     idempotency_key text NOT NULL,
     status text NOT NULL DEFAULT 'pending',
     run_id text NOT NULL DEFAULT '',
     touched_at timestamptz,
     output json,
     error json,
     cost_usd double precision NOT NULL DEFAULT 0,
     duration_ms double precision NOT NULL DEFAULT 0,
     CONSTRAINT attempts_pkey PRIMARY KEY (evaluation_id, case_id, repeat),
     CONSTRAINT attempts_key UNIQUE (tenant, idempotency_key)
   )`,
  'CREATE INDEX attempts_status ON evaluation.attempts (evaluation_id, status)',
  `CREATE TABLE evaluation.scores (
     evaluation_id text NOT NULL,
     case_id text NOT NULL,
     repeat integer NOT NULL,
     scorer text NOT NULL,
     position integer NOT NULL,
     tenant text NOT NULL,
     run_id text NOT NULL,
     value double precision NOT NULL,
     passed boolean NOT NULL,
     reason text NOT NULL,
     CONSTRAINT scores_pkey PRIMARY KEY (evaluation_id, case_id, repeat, scorer)
   )`,
  'CREATE INDEX scores_run ON evaluation.scores (tenant, run_id)',
];
