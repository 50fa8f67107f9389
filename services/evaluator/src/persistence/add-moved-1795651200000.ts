import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A run that was on several backends says nothing for or against the configuration of one of them. */
export class AddMoved1795651200000 implements MigrationInterface {
  readonly name = 'AddMoved1795651200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE evaluation.outcomes ADD COLUMN moved boolean NOT NULL DEFAULT false');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE evaluation.outcomes DROP COLUMN moved');
  }
}
