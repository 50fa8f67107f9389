import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The span that started an evaluation, so that the traces of its runs can point to it whenever they are published. */
export class AddTraceparent1764100000000 implements MigrationInterface {
  readonly name = 'AddTraceparent1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE evaluation.evaluations ADD COLUMN traceparent text NOT NULL DEFAULT ''`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE evaluation.evaluations DROP COLUMN traceparent');
  }
}
