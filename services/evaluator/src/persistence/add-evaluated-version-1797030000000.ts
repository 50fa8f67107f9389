import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of an evaluation the version of the agent that it was started for. */
export class AddEvaluatedVersion1797030000000 implements MigrationInterface {
  readonly name = 'AddEvaluatedVersion1797030000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // A constant default: no row is rewritten.
    await queryRunner.query(`ALTER TABLE evaluation.evaluations ADD COLUMN agent_version text NOT NULL DEFAULT ''`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE evaluation.evaluations DROP COLUMN agent_version');
  }
}
