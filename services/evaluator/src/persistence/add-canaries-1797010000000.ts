import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of an outcome whose rollout it was part of and whether it was replayed; and what was found of rollouts. */
export class AddCanaries1797010000000 implements MigrationInterface {
  readonly name = 'AddCanaries1797010000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}

const UP = [
  // Constant defaults: no row is rewritten.
  `ALTER TABLE evaluation.outcomes ADD COLUMN rollout text NOT NULL DEFAULT '',
     ADD COLUMN rollout_arm text NOT NULL DEFAULT '', ADD COLUMN replayed boolean NOT NULL DEFAULT false`,
  // Most runs are of no rollout: they cost the index nothing.
  `CREATE INDEX outcomes_rollout ON evaluation.outcomes (tenant, rollout, ended_at) WHERE rollout <> ''`,
  `CREATE TABLE evaluation.rollouts (
     tenant text NOT NULL,
     id text NOT NULL,
     agent text NOT NULL,
     candidate text NOT NULL,
     status text NOT NULL,
     rollout json NOT NULL,
     shares json NOT NULL,
     decision text NOT NULL DEFAULT '',
     decision_guardrail text NOT NULL DEFAULT '',
     decision_reason text NOT NULL DEFAULT '',
     decided_at timestamptz,
     candidate_exposures integer NOT NULL DEFAULT 0,
     baseline_exposures integer NOT NULL DEFAULT 0,
     last_run_at timestamptz,
     started_at timestamptz NOT NULL,
     ended_at timestamptz,
     looked_at timestamptz NOT NULL,
     CONSTRAINT rollouts_pkey PRIMARY KEY (tenant, id)
   )`,
  'CREATE INDEX rollouts_agent ON evaluation.rollouts (tenant, agent, started_at)',
  `CREATE TABLE evaluation.canaries (
     tenant text NOT NULL,
     rollout text NOT NULL,
     guardrail text NOT NULL,
     candidate_exposures integer NOT NULL,
     baseline_exposures integer NOT NULL,
     candidate_mean double precision NOT NULL,
     baseline_mean double precision NOT NULL,
     low double precision,
     high double precision,
     verdict text NOT NULL,
     note text NOT NULL,
     more_exposures integer,
     decided_at timestamptz,
     CONSTRAINT canaries_pkey PRIMARY KEY (tenant, rollout, guardrail)
   )`,
];
const DOWN = [
  'DROP TABLE evaluation.canaries',
  'DROP TABLE evaluation.rollouts',
  'DROP INDEX evaluation.outcomes_rollout',
  'ALTER TABLE evaluation.outcomes DROP COLUMN rollout, DROP COLUMN rollout_arm, DROP COLUMN replayed',
];
