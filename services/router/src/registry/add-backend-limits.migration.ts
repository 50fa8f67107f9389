import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = [
  `tokens_per_minute integer NOT NULL DEFAULT 0`,
  `requests_per_minute integer NOT NULL DEFAULT 0`,
  `open_until timestamptz`,
  `openings integer NOT NULL DEFAULT 0`,
  `recent_failures integer NOT NULL DEFAULT 0`,
  `recent_since timestamptz`,
];

/** What the fleet may ask of a backend in a minute, and its circuit breaker. */
export class AddBackendLimits1795748400000 implements MigrationInterface {
  readonly name = 'AddBackendLimits1795748400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE registry.backends ${COLUMNS.map((column) => `ADD COLUMN ${column}`).join(', ')}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const names = COLUMNS.map((column) => column.slice(0, column.indexOf(' ')));
    await runner.query(`ALTER TABLE registry.backends ${names.map((name) => `DROP COLUMN ${name}`).join(', ')}`);
  }
}
