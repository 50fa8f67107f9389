import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules that class tasks, and of an outcome whether they gave it its class. */
export class AddClassRules1797070000000 implements MigrationInterface {
  readonly name = 'AddClassRules1797070000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE evaluation.class_rules (
      tenant text NOT NULL,
      agent text NOT NULL,
      number integer NOT NULL,
      version text NOT NULL,
      definition json NOT NULL,
      created_at timestamptz NOT NULL,
      created_by text NOT NULL,
      CONSTRAINT class_rules_pkey PRIMARY KEY (tenant, agent, number)
    )`);
    // A constant default: no row is rewritten. What has a class by now has it by its task.
    await queryRunner.query(`ALTER TABLE evaluation.outcomes ADD COLUMN class_by text NOT NULL DEFAULT ''`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`UPDATE evaluation.outcomes SET task_class = '' WHERE class_by <> ''`);
    await queryRunner.query('ALTER TABLE evaluation.outcomes DROP COLUMN class_by');
    await queryRunner.query('DROP TABLE evaluation.class_rules');
  }
}
