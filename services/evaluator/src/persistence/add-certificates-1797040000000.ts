import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was certified, and whether it still holds. */
export class AddCertificates1797040000000 implements MigrationInterface {
  readonly name = 'AddCertificates1797040000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE evaluation.certificates (
         tenant text NOT NULL,
         id text NOT NULL,
         agent text NOT NULL,
         swap text NOT NULL,
         statement json NOT NULL,
         evidence json NOT NULL,
         digest text NOT NULL,
         status text NOT NULL,
         reason text NOT NULL,
         issued_at timestamptz NOT NULL,
         issued_by text NOT NULL,
         expires_at timestamptz NOT NULL,
         ended_at timestamptz,
         ended_by text NOT NULL,
         CONSTRAINT certificates_pkey PRIMARY KEY (tenant, id)
       )`,
    );
    await queryRunner.query(
      `CREATE UNIQUE INDEX certificates_swap ON evaluation.certificates (tenant, swap) WHERE swap <> ''`,
    );
    await queryRunner.query('CREATE INDEX certificates_agent ON evaluation.certificates (tenant, agent, status)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE evaluation.certificates');
  }
}
