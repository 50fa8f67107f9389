import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a run said and saved is found without a look at all that its tenant has. */
export class IndexRuns1765050000000 implements MigrationInterface {
  readonly name = 'IndexRuns1765050000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX memories_run ON memory.memories (tenant, run_id) WHERE run_id <> ''`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX memory.memories_run');
  }
}
