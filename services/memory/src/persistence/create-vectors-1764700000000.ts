import type { MigrationInterface, QueryRunner } from 'typeorm';
import { secureTable } from './row-security.js';

/** Vectors by embedder, how far each scope has come, and what waits for its vector. */
export class CreateVectors1764700000000 implements MigrationInterface {
  readonly name = 'CreateVectors1764700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...UP, ...TABLES.flatMap(secureTable)]) await queryRunner.query(statement);
    if (await queryRunner.hasTable('memory.embeddings'))
      for (const statement of secureTable('embeddings')) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DROP TABLE IF EXISTS memory.embeddings, ${TABLES.map((table) => `memory.${table}`).join(', ')}`,
    );
  }
}

const TABLES = ['vectors', 'vector_scopes', 'to_embed'];

const UP = [
  `CREATE TABLE memory.vectors (
     doc bigint NOT NULL,
     embedder text NOT NULL,
     tenant text NOT NULL,
     scope_id bigint NOT NULL,
     revision bigint NOT NULL,
     scale real NOT NULL,
     codes bytea NOT NULL,
     CONSTRAINT vectors_pkey PRIMARY KEY (doc, embedder)
   )`,
  'CREATE INDEX vectors_since ON memory.vectors (scope_id, embedder, revision, doc)',
  `CREATE TABLE memory.vector_scopes (
     tenant text NOT NULL,
     scope_id bigint NOT NULL,
     embedder text NOT NULL,
     revision bigint NOT NULL,
     epoch bigint NOT NULL,
     vectors integer NOT NULL,
     CONSTRAINT vector_scopes_pkey PRIMARY KEY (scope_id, embedder)
   )`,
  `CREATE TABLE memory.to_embed (
     doc bigint NOT NULL,
     tenant text NOT NULL,
     claimed_until timestamptz NOT NULL DEFAULT '-infinity',
     attempts integer NOT NULL DEFAULT 0,
     CONSTRAINT to_embed_pkey PRIMARY KEY (doc)
   )`,
  // Where the extension can be had, Postgres can compare vectors itself. Who may not make it goes without.
  `DO $$ BEGIN
     IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'vector') THEN
       CREATE EXTENSION IF NOT EXISTS vector;
     END IF;
   EXCEPTION WHEN insufficient_privilege THEN NULL;
   END $$`,
  `DO $$ BEGIN
     IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'vector') THEN
       CREATE TABLE memory.embeddings (
         doc bigint NOT NULL,
         embedder text NOT NULL,
         tenant text NOT NULL,
         scope_id bigint NOT NULL,
         embedding vector NOT NULL,
         CONSTRAINT embeddings_pkey PRIMARY KEY (doc, embedder),
         CONSTRAINT embeddings_vectors FOREIGN KEY (doc, embedder) REFERENCES memory.vectors ON DELETE CASCADE
       );
       CREATE INDEX embeddings_scope ON memory.embeddings (scope_id, embedder);
     END IF;
   END $$`,
  'INSERT INTO memory.to_embed (doc, tenant) SELECT doc, tenant FROM memory.memories',
];
