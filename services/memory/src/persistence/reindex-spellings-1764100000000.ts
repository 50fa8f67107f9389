import type { MigrationInterface, QueryRunner } from 'typeorm';
import { reindexById } from './reindex-by-id.js';

/** -ment and British spellings are stemmed: what was stored before is indexed again, or it would not be found. */
export class ReindexSpellings1764100000000 implements MigrationInterface {
  readonly name = 'ReindexSpellings1764100000000';

  up(queryRunner: QueryRunner): Promise<void> {
    return reindexById(queryRunner);
  }

  /** The tables are as they were; the texts are indexed again by whichever rules come next. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}
