import type { MigrationInterface, QueryRunner } from 'typeorm';
import { secureTable } from './row-security.js';

/** What memory asked agents for. */
export class CreateDerivations1765100000000 implements MigrationInterface {
  readonly name = 'CreateDerivations1765100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...UP, ...secureTable('derivations')]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE memory.derivations');
  }
}

const UP = [
  `CREATE TABLE memory.derivations (
     tenant text NOT NULL,
     key text NOT NULL,
     kind text NOT NULL,
     agent text NOT NULL,
     scope_id bigint NOT NULL,
     conversation text NOT NULL,
     episodes text[] NOT NULL,
     known text[] NOT NULL,
     status text NOT NULL,
     run_id text NOT NULL DEFAULT '',
     reserved_usd double precision NOT NULL,
     max_usd_per_day double precision NOT NULL,
     cost_usd double precision NOT NULL DEFAULT 0,
     dropped integer NOT NULL DEFAULT 0,
     problem text NOT NULL DEFAULT '',
     created_at timestamptz NOT NULL,
     asked_at timestamptz NOT NULL,
     ended_at timestamptz,
     CONSTRAINT derivations_pkey PRIMARY KEY (tenant, key)
   )`,
  'CREATE INDEX derivations_run ON memory.derivations (tenant, run_id)',
  'CREATE INDEX derivations_conversation ON memory.derivations (scope_id, conversation)',
  'CREATE INDEX derivations_day ON memory.derivations (tenant, agent, asked_at)',
  `CREATE INDEX derivations_open ON memory.derivations (status, asked_at) WHERE status IN ('waiting', 'asked')`,
];
