import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCORE_COLUMNS = [
  `error_code text NOT NULL DEFAULT ''`,
  `judge text NOT NULL DEFAULT ''`,
  `standard text NOT NULL DEFAULT ''`,
  'uncalibrated boolean NOT NULL DEFAULT false',
];

/** What judges are asked of runs and what they answered; and of a score why there is none, and who gave it. */
export class AddJudgements1796700000000 implements MigrationInterface {
  readonly name = 'AddJudgements1796700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE evaluation.judgements');
    const columns = SCORE_COLUMNS.map((column) => `DROP COLUMN ${column.split(' ')[0]}`);
    await queryRunner.query(`ALTER TABLE evaluation.scores ${columns.join(', ')}`);
  }
}

const UP = [
  // Constant defaults: no row is rewritten.
  `ALTER TABLE evaluation.scores ${SCORE_COLUMNS.map((column) => `ADD COLUMN ${column}`).join(', ')}`,
  `CREATE TABLE evaluation.judgements (
     evaluation_id text NOT NULL,
     case_id text NOT NULL,
     repeat integer NOT NULL,
     scorer text NOT NULL,
     variant text NOT NULL,
     tenant text NOT NULL,
     idempotency_key text NOT NULL,
     agent text NOT NULL,
     backend text NOT NULL,
     input text NOT NULL,
     status text NOT NULL,
     run_id text NOT NULL DEFAULT '',
     touched_at timestamptz NOT NULL,
     output json,
     problem text NOT NULL DEFAULT '',
     configuration text NOT NULL DEFAULT '',
     calibrated boolean NOT NULL DEFAULT false,
     cost_usd double precision NOT NULL DEFAULT 0,
     CONSTRAINT judgements_pkey PRIMARY KEY (evaluation_id, case_id, repeat, scorer, variant),
     CONSTRAINT judgements_key UNIQUE (tenant, idempotency_key)
   )`,
  'CREATE INDEX scores_judge ON evaluation.scores (tenant, judge, scorer)',
  'CREATE INDEX judgements_status ON evaluation.judgements (status, touched_at)',
];
