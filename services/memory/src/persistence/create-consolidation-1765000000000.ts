import type { MigrationInterface, QueryRunner } from 'typeorm';
import { secureTable } from './row-security.js';

const TABLES = ['judged', 'consolidations', 'consolidation_policies'];

/** Which scopes have changed since their summaries were made, and which summaries were judged already. */
export class CreateConsolidation1765000000000 implements MigrationInterface {
  readonly name = 'CreateConsolidation1765000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...UP, ...TABLES.flatMap(secureTable)]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.query(`DROP TABLE memory.${table}`);
    await queryRunner.query('ALTER TABLE memory.scopes DROP COLUMN changes');
  }
}

const UP = [
  'ALTER TABLE memory.scopes ADD COLUMN changes bigint NOT NULL DEFAULT 0',
  `CREATE TABLE memory.judged (
     tenant text NOT NULL,
     scope_id bigint NOT NULL,
     sources text NOT NULL,
     verdict text NOT NULL,
     at timestamptz NOT NULL,
     CONSTRAINT judged_pkey PRIMARY KEY (scope_id, sources)
   )`,
  `CREATE TABLE memory.consolidations (
     tenant text NOT NULL,
     scope_id bigint NOT NULL,
     changes bigint NOT NULL DEFAULT -1,
     claimed_until timestamptz NOT NULL DEFAULT '-infinity',
     at timestamptz NOT NULL,
     CONSTRAINT consolidations_pkey PRIMARY KEY (scope_id)
   )`,
  `CREATE TABLE memory.consolidation_policies (
     tenant text NOT NULL,
     rounds text NOT NULL,
     CONSTRAINT consolidation_policies_pkey PRIMARY KEY (tenant)
   )`,
];
