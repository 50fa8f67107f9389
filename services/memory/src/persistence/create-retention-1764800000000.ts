import type { MigrationInterface, QueryRunner } from 'typeorm';
import { secureTable } from './row-security.js';

/** Policies of forgetting. */
export class CreateRetention1764800000000 implements MigrationInterface {
  readonly name = 'CreateRetention1764800000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE memory.retention (
         tenant text NOT NULL,
         name text NOT NULL,
         agent text NOT NULL,
         user_id text NOT NULL,
         thread text NOT NULL,
         kind text NOT NULL,
         max_age_days integer NOT NULL,
         unused_days integer NOT NULL,
         quota integer NOT NULL,
         CONSTRAINT retention_pkey PRIMARY KEY (tenant, name)
       )`,
    );
    for (const statement of secureTable('retention')) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE memory.retention');
  }
}
