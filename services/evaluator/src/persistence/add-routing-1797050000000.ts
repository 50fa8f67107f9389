import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is learnt of backends from how runs went, and which outcomes it is still to be learnt from. */
export class AddRouting1797050000000 implements MigrationInterface {
  readonly name = 'AddRouting1797050000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}

const UP = [
  // A constant default rewrites no row, and makes what was recorded before something to learn from.
  `ALTER TABLE evaluation.outcomes ADD COLUMN routing_due text DEFAULT 'outcome'`,
  `CREATE INDEX outcomes_routing ON evaluation.outcomes (tenant, agent, ended_at, run_id) WHERE routing_due IS NOT NULL`,
  `CREATE INDEX attempts_run ON evaluation.attempts (tenant, run_id) WHERE run_id <> ''`,
  `CREATE INDEX judgements_run ON evaluation.judgements (tenant, run_id) WHERE run_id <> ''`,
  `CREATE TABLE evaluation.routing_log (
     tenant text NOT NULL,
     agent text NOT NULL,
     revision integer NOT NULL,
     run_id text NOT NULL,
     entry json NOT NULL,
     at timestamptz NOT NULL,
     CONSTRAINT routing_log_pkey PRIMARY KEY (tenant, agent, revision)
   )`,
  `CREATE TABLE evaluation.routing_states (
     tenant text NOT NULL,
     agent text NOT NULL,
     revision integer NOT NULL,
     snapshot json NOT NULL,
     last_run_id text NOT NULL,
     at timestamptz NOT NULL,
     CONSTRAINT routing_states_pkey PRIMARY KEY (tenant, agent, revision)
   )`,
  `CREATE TABLE evaluation.explored_runs (
     tenant text NOT NULL,
     run_id text NOT NULL,
     CONSTRAINT explored_runs_pkey PRIMARY KEY (tenant, run_id)
   )`,
];

const DOWN = [
  'DROP TABLE evaluation.explored_runs',
  'DROP TABLE evaluation.routing_states',
  'DROP TABLE evaluation.routing_log',
  'DROP INDEX evaluation.judgements_run',
  'DROP INDEX evaluation.attempts_run',
  'ALTER TABLE evaluation.outcomes DROP COLUMN routing_due',
];
