import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An import comes in parts, each an act of its own: they are found by the first of them. */
export class ActsOfImports1765010000000 implements MigrationInterface {
  readonly name = 'ActsOfImports1765010000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE memory.acts ADD COLUMN part_of text NOT NULL DEFAULT ''`);
    await queryRunner.query(`CREATE INDEX acts_parts ON memory.acts (tenant, part_of) WHERE part_of <> ''`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE memory.acts DROP COLUMN part_of');
  }
}
