import type { MigrationInterface } from 'typeorm';

/** A class that TypeORM maps to a table; it names its schema itself: `@Entity({ schema: 'journal', name: 'runs' })`. */
export type EntityClass = abstract new (...args: never[]) => object;
/** Named `Name1234567890123` (milliseconds at the end), as TypeORM orders them. */
export type MigrationClass = new () => MigrationInterface;

/** One schema and who it belongs to. No other owner's statements touch it. */
export interface DatabaseOwner {
  schema: string;
  entities: readonly EntityClass[];
  /** Every migration that there ever was, oldest first; listed by hand, never found by a path. */
  migrations: readonly MigrationClass[];
}
