import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first tables: scopes, memories, postings, saves. */
export class CreateMemory1764000000000 implements MigrationInterface {
  readonly name = 'CreateMemory1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE memory.saves, memory.postings, memory.memories, memory.scopes');
  }
}

const UP = [
  `CREATE TABLE memory.scopes (
     id bigint GENERATED ALWAYS AS IDENTITY,
     tenant text NOT NULL,
     agent text NOT NULL,
     user_id text NOT NULL,
     thread text NOT NULL,
     memories bigint NOT NULL DEFAULT 0,
     terms bigint NOT NULL DEFAULT 0,
     CONSTRAINT scopes_pkey PRIMARY KEY (id),
     CONSTRAINT scopes_of UNIQUE (tenant, agent, user_id, thread)
   )`,
  `CREATE TABLE memory.memories (
     id text NOT NULL,
     tenant text NOT NULL,
     scope_id bigint NOT NULL,
     text text NOT NULL,
     statement_key text NOT NULL,
     tags text[] NOT NULL,
     source text NOT NULL,
     run_id text NOT NULL,
     seq integer NOT NULL,
     call_id text NOT NULL,
     actor text NOT NULL,
     count integer NOT NULL DEFAULT 1,
     terms integer NOT NULL,
     created_at timestamptz NOT NULL,
     last_at timestamptz NOT NULL,
     CONSTRAINT memories_pkey PRIMARY KEY (id),
     CONSTRAINT memories_statement UNIQUE (scope_id, statement_key)
   )`,
  'CREATE INDEX memories_recent ON memory.memories (scope_id, last_at)',
  'CREATE INDEX memories_tenant ON memory.memories (tenant, id)',
  `CREATE TABLE memory.postings (
     scope_id bigint NOT NULL,
     term text NOT NULL,
     memory_id text NOT NULL,
     frequency integer NOT NULL,
     length integer NOT NULL,
     CONSTRAINT postings_pkey PRIMARY KEY (scope_id, term, memory_id) INCLUDE (frequency, length)
   )`,
  'CREATE INDEX postings_memory ON memory.postings (memory_id)',
  `CREATE TABLE memory.saves (
     tenant text NOT NULL,
     call_id text NOT NULL,
     memory_id text NOT NULL,
     saved_at timestamptz NOT NULL,
     CONSTRAINT saves_pkey PRIMARY KEY (tenant, call_id, memory_id)
   )`,
];
