/** Postgres: data sources, migrations, statements with coded errors, group commit. */
export type { DatabaseOwner, EntityClass, MigrationClass } from './database-owner.js';
export { createDataSource } from './create-data-source.js';
export type { DataSourceInit } from './create-data-source.js';
export { runMigrations } from './run-migrations.js';
export type { MigrationProgress, MigrationReport, RunMigrationsOptions } from './run-migrations.js';
export { schemaDrift } from './schema-drift.js';
export { isUnavailable, mapDatabaseError } from './database-error.js';
export { inTransaction, sql } from './sql.js';
export type { SqlOptions, SqlParameter } from './sql.js';
export { GroupCommit } from './group-commit.js';
export type { GroupCommitOptions } from './group-commit.js';
export { joinLine, type LinePart } from './records/line-parts.js';
export { linePartsEntity } from './records/line-parts.entity.js';
export type {
  BundlePart,
  GivenRecord,
  KindFacts,
  RecordKind,
  RecordLine,
  RecordLink,
  RecordScope,
  Stored,
} from './records/record-kind.js';
export { invalidRecord } from './records/store-rows.js';
export { tableKind, type TableKind } from './records/table-kind.js';
