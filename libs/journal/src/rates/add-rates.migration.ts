import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the fleet may ask of a backend. Derived from nothing, and nothing is lost with it. */
export class AddRates1795748400000 implements MigrationInterface {
  readonly name = 'AddRates1795748400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE journal.rates (
      backend text NOT NULL, tokens double precision NOT NULL, requests double precision NOT NULL,
      refilled_at timestamptz NOT NULL, probe_by text NOT NULL DEFAULT '', probe_until timestamptz,
      CONSTRAINT rates_pkey PRIMARY KEY (backend)) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE journal.rates`);
  }
}
