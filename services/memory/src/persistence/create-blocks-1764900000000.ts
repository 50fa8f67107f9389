import type { MigrationInterface, QueryRunner } from 'typeorm';
import { secureTable } from './row-security.js';

/** The working memory of threads. */
export class CreateBlocks1764900000000 implements MigrationInterface {
  readonly name = 'CreateBlocks1764900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE memory.blocks (
         tenant text NOT NULL,
         agent text NOT NULL,
         user_id text NOT NULL,
         thread text NOT NULL,
         label text NOT NULL,
         text text NOT NULL,
         version integer NOT NULL,
         updated_at timestamptz NOT NULL,
         actor text NOT NULL,
         calls text[] NOT NULL,
         CONSTRAINT blocks_pkey PRIMARY KEY (tenant, agent, user_id, thread, label)
       )`,
    );
    for (const statement of secureTable('blocks')) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE memory.blocks');
  }
}
