import type { MigrationInterface, QueryRunner } from 'typeorm';

const OUTCOME_COLUMNS = [
  `user_id text NOT NULL DEFAULT ''`,
  `thread text NOT NULL DEFAULT ''`,
  `task_class text NOT NULL DEFAULT ''`,
  `redrive_of text NOT NULL DEFAULT ''`,
  'retries integer NOT NULL DEFAULT 0',
  'repairs integer NOT NULL DEFAULT 0',
  'overrides integer NOT NULL DEFAULT 0',
  'first_token_ms double precision NOT NULL DEFAULT 0',
  'started_at timestamptz',
];

/** What people say of runs; and of an outcome what it took, whose it was, and which class of task. */
export class AddFeedback1796600000000 implements MigrationInterface {
  readonly name = 'AddFeedback1796600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE evaluation.feedback');
    const columns = OUTCOME_COLUMNS.map((column) => `DROP COLUMN ${column.split(' ')[0]}`);
    await queryRunner.query(`ALTER TABLE evaluation.outcomes ${columns.join(', ')}`);
  }
}

const UP = [
  // Constant defaults: no row is rewritten.
  `ALTER TABLE evaluation.outcomes ${OUTCOME_COLUMNS.map((column) => `ADD COLUMN ${column}`).join(', ')}`,
  `CREATE TABLE evaluation.feedback (
     tenant text NOT NULL,
     id text NOT NULL,
     run_id text NOT NULL,
     agent text NOT NULL,
     name text NOT NULL,
     value double precision,
     comment text NOT NULL,
     by text NOT NULL,
     at timestamptz NOT NULL,
     recorded_at timestamptz NOT NULL,
     CONSTRAINT feedback_pkey PRIMARY KEY (tenant, id)
   )`,
  'CREATE INDEX feedback_run ON evaluation.feedback (tenant, run_id, name, by, at)',
  'CREATE INDEX feedback_agent ON evaluation.feedback (tenant, agent, recorded_at)',
];
