import type { MigrationInterface, QueryRunner } from 'typeorm';
import { secureTable } from './row-security.js';

/** Tables of the schema whose rows belong to a tenant. */
const TABLES = ['scopes', 'memories', 'postings', 'saves', 'versions', 'evidence', 'acts', 'shown'];

/**
 * The role in which a request reads and writes: it sees the rows of the tenant in the setting `switchyard.tenant`, and none
 * where that is not set. Roles are the whole server's, so that another database may have made it before.
 */
export class RowSecurity1764400000000 implements MigrationInterface {
  readonly name = 'RowSecurity1764400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [ROLE, 'GRANT USAGE ON SCHEMA memory TO switchyard_memory', ...TABLES.flatMap(secureTable)])
      await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await queryRunner.query(`DROP POLICY tenant ON memory.${table}`);
      await queryRunner.query(`ALTER TABLE memory.${table} DISABLE ROW LEVEL SECURITY`);
      await queryRunner.query(`REVOKE ALL ON memory.${table} FROM switchyard_memory`);
    }
  }
}

const ROLE = `DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'switchyard_memory') THEN
    BEGIN
      CREATE ROLE switchyard_memory NOLOGIN NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT switchyard_memory TO %I', current_user);
  END IF;
END $$`;
