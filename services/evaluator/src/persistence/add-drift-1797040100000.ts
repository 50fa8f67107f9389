import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What backends were seen to be, what of it changed, and who watches them. */
export class AddDrift1797040100000 implements MigrationInterface {
  readonly name = 'AddDrift1797040100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['watch_turns', 'watches', 'drift_findings', 'backend_states'])
      await queryRunner.query(`DROP TABLE evaluation.${table}`);
  }
}

const UP = [
  `CREATE TABLE evaluation.backend_states (
     tenant text NOT NULL,
     backend text NOT NULL,
     profile_version text NOT NULL,
     model text NOT NULL,
     configured text NOT NULL,
     since timestamptz NOT NULL,
     run_id text NOT NULL,
     previous_profile_version text NOT NULL,
     previous_model text NOT NULL,
     CONSTRAINT backend_states_pkey PRIMARY KEY (tenant, backend)
   )`,
  `CREATE TABLE evaluation.drift_findings (
     tenant text NOT NULL,
     id text NOT NULL,
     backend text NOT NULL,
     kind text NOT NULL,
     cause text NOT NULL,
     before text NOT NULL,
     after text NOT NULL,
     noticed_at timestamptz NOT NULL,
     changed_after timestamptz NOT NULL,
     changed_before timestamptz NOT NULL,
     watch text NOT NULL,
     status text NOT NULL,
     evidence json NOT NULL,
     certificates text[] NOT NULL,
     acknowledged_at timestamptz,
     acknowledged_by text NOT NULL,
     note text NOT NULL,
     times integer NOT NULL,
     CONSTRAINT drift_findings_pkey PRIMARY KEY (tenant, id)
   )`,
  `CREATE UNIQUE INDEX drift_findings_open ON evaluation.drift_findings (tenant, backend, kind, before, after) WHERE status = 'open'`,
  `CREATE TABLE evaluation.watches (
     tenant text NOT NULL,
     name text NOT NULL,
     backend text NOT NULL,
     agent text NOT NULL,
     suite text NOT NULL,
     suite_version text NOT NULL,
     every_seconds integer NOT NULL,
     max_cost_usd double precision NOT NULL,
     tests text[] NOT NULL,
     created_at timestamptz NOT NULL,
     created_by text NOT NULL,
     next_at timestamptz NOT NULL,
     turns integer NOT NULL,
     CONSTRAINT watches_pkey PRIMARY KEY (tenant, name)
   )`,
  'CREATE INDEX watches_next ON evaluation.watches (next_at)',
  `CREATE TABLE evaluation.watch_turns (
     tenant text NOT NULL,
     watch text NOT NULL,
     number integer NOT NULL,
     began_at timestamptz NOT NULL,
     ended_at timestamptz,
     status text NOT NULL,
     reason text NOT NULL,
     cost_usd double precision NOT NULL,
     evaluations text[] NOT NULL,
     findings text[] NOT NULL,
     observed json,
     CONSTRAINT watch_turns_pkey PRIMARY KEY (tenant, watch, number),
     CONSTRAINT watch_turns_watch FOREIGN KEY (tenant, watch) REFERENCES evaluation.watches (tenant, name) ON DELETE CASCADE
   )`,
  `CREATE UNIQUE INDEX watch_turns_running ON evaluation.watch_turns (tenant, watch) WHERE status = 'running'`,
];
