import type { MigrationInterface, QueryRunner } from 'typeorm';
import { reindex } from './reindex.js';
import { rekey } from './rekey.js';

/** More texts count as the same statement: what is stored gets its key by the new rules, and what now coincides becomes one. */
export class RekeyStatements1764300000000 implements MigrationInterface {
  readonly name = 'RekeyStatements1764300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await rekey(queryRunner);
    await reindex(queryRunner);
  }

  /** The texts are as they were; whichever rules come next give them their keys. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}
