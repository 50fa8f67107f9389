import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first shape of the schema `registry`. */
export class CreateRegistry1763856000000 implements MigrationInterface {
  readonly name = 'CreateRegistry1763856000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['tasks', 'api_keys', 'backends', 'agent_versions', 'agents']) {
      await runner.query(`DROP TABLE registry.${table}`);
    }
  }
}

const UP = [
  `CREATE TABLE registry.agents (
     tenant text NOT NULL,
     name text NOT NULL,
     version text NOT NULL,
     created_at timestamptz NOT NULL,
     updated_at timestamptz NOT NULL,
     CONSTRAINT agents_pkey PRIMARY KEY (tenant, name))`,

  `CREATE TABLE registry.agent_versions (
     tenant text NOT NULL,
     name text NOT NULL,
     version text NOT NULL,
     number integer NOT NULL,
     definition jsonb NOT NULL,
     created_at timestamptz NOT NULL,
     CONSTRAINT agent_versions_pkey PRIMARY KEY (tenant, name, version))`,
  `CREATE UNIQUE INDEX agent_versions_by_number ON registry.agent_versions (tenant, name, number)`,

  `CREATE TABLE registry.backends (
     name text NOT NULL,
     base_url text NOT NULL,
     api text NOT NULL,
     model text NOT NULL,
     profile jsonb NOT NULL,
     api_key_env text NOT NULL,
     simulated boolean NOT NULL,
     note text NOT NULL,
     concurrency integer NOT NULL,
     status text NOT NULL,
     consecutive_failures integer NOT NULL,
     last_error jsonb,
     checked_at timestamptz,
     updated_at timestamptz NOT NULL,
     CONSTRAINT backends_pkey PRIMARY KEY (name))`,

  `CREATE TABLE registry.api_keys (
     tenant text NOT NULL,
     id text NOT NULL,
     name text NOT NULL,
     scopes text[] NOT NULL,
     hash text NOT NULL,
     created_at timestamptz NOT NULL,
     revoked_at timestamptz,
     CONSTRAINT api_keys_pkey PRIMARY KEY (tenant, id))`,
  `CREATE UNIQUE INDEX api_keys_by_hash ON registry.api_keys (hash)`,

  `CREATE TABLE registry.tasks (
     tenant text NOT NULL,
     task_id text NOT NULL,
     run_id text NOT NULL,
     idempotency_key text,
     fingerprint text NOT NULL,
     agent text NOT NULL,
     backend text NOT NULL,
     thread text,
     thread_position integer,
     held boolean NOT NULL,
     dispatches integer NOT NULL,
     next_check_at timestamptz NOT NULL,
     created_at timestamptz NOT NULL,
     ended_at timestamptz,
     CONSTRAINT tasks_pkey PRIMARY KEY (tenant, task_id))`,
  `CREATE UNIQUE INDEX tasks_by_key ON registry.tasks (tenant, idempotency_key)`,
  `CREATE UNIQUE INDEX tasks_by_run ON registry.tasks (run_id)`,
  `CREATE UNIQUE INDEX tasks_by_thread ON registry.tasks (tenant, thread, thread_position)`,
  `CREATE INDEX tasks_open ON registry.tasks (next_check_at) WHERE ended_at IS NULL`,
  `CREATE INDEX tasks_open_threads ON registry.tasks (tenant, thread, thread_position) WHERE ended_at IS NULL AND thread IS NOT NULL`,
];
