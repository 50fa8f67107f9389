import type { Client } from 'pg';
import { spread, type Spread } from '../statistics.js';
import type { Turn } from './corpus.js';
import type { MemoryUnderTest } from './memory-under-test.js';
import { zipfText } from './zipf-text.js';

export interface LatencyFigures {
  memories: number;
  scopes: number;
  /** From the request on the bus to the answer that was read, in ms. */
  recall: Spread;
  /** Of loading, through the service in batches, without vectors. */
  episodesPerSecond: number;
}

const TENANT = 'latency';
const BEGIN = Date.UTC(2025, 0, 1);
const MINUTE_MS = 60_000;
const BATCH = 100;
/** Turns of one conversation. */
const CONVERSATION = 1_000;
/** A turn of a conversation; a question. */
const WORDS = { turn: 18, question: 7 };
const EMBEDDER = 'local:minilm-l6-v2-fp16@0.1.0';
const DIMENSIONS = 384;

/** Loads memories over scopes. The service must not embed meanwhile: vectors are put in by `addVectors`. */
export async function loadMemories(
  memory: MemoryUnderTest,
  { memories, scopes, random }: { memories: number; scopes: number; random: () => number },
): Promise<number> {
  const each = Math.ceil(memories / scopes);
  const began = performance.now();
  const queue = Array.from({ length: scopes }, (_, n) => n);
  const load = async (): Promise<void> => {
    for (let scope = queue.shift(); scope !== undefined; scope = queue.shift())
      for (let from = 0; from < each; from += BATCH)
        await memory.recordEpisodes(
          scopeOf(scopes, scope),
          `c${Math.floor(from / CONVERSATION)}`,
          Array.from({ length: Math.min(BATCH, each - from) }, (_, n) => turnOf(from + n, random)),
        );
  };
  await Promise.all([load(), load(), load(), load()]);
  return memories / ((performance.now() - began) / 1_000);
}

/**
 * Gives every memory that waits for its vector a random one: a hundred thousand would take the model most of an hour, and
 * for the time of a search it does not matter where they point.
 */
export async function addVectors(database: Client): Promise<void> {
  const codes = `(SELECT string_agg(decode(md5(t.doc::text || n::text), 'hex'), '') FROM generate_series(1, ${DIMENSIONS / 16}) AS n)`;
  for (;;) {
    const { rowCount } = await database.query(
      `WITH picked AS (DELETE FROM memory.to_embed WHERE doc IN (SELECT doc FROM memory.to_embed ORDER BY doc LIMIT 20000) RETURNING doc, tenant),
       made AS (
         INSERT INTO memory.vectors (doc, embedder, tenant, scope_id, revision, scale, codes)
         SELECT t.doc, '${EMBEDDER}', t.tenant, m.scope_id, 1, 0.0007, ${codes} FROM picked t JOIN memory.memories m ON m.doc = t.doc
         RETURNING scope_id, tenant
       )
       SELECT count(*) FROM made`,
    );
    const { rows } = await database.query<{ left: boolean }>('SELECT EXISTS (SELECT 1 FROM memory.to_embed) AS left');
    if (!rowCount || !rows[0]?.left) break;
  }
  await database.query(
    `INSERT INTO memory.vector_scopes (tenant, scope_id, embedder, revision, epoch, vectors)
     SELECT tenant, scope_id, embedder, 1, 0, count(*) FROM memory.vectors GROUP BY tenant, scope_id, embedder ON CONFLICT DO NOTHING`,
  );
  await database.query('ANALYZE memory.memories, memory.postings, memory.vectors, memory.versions');
}

/** Times recalls of one user at a time, each with another question; the first of each scope is not counted. */
export async function measureRecallTime(
  memory: MemoryUnderTest,
  { scopes, samples, random }: { scopes: number; samples: number; random: () => number },
): Promise<Spread> {
  const times: number[] = [];
  const visited = Array.from({ length: Math.min(scopes, 20) }, () => Math.floor(random() * scopes));
  const recall = async (scope: number) => {
    const began = performance.now();
    const query = zipfText(WORDS.question, random);
    await memory.recall(scopeOf(scopes, scope), query, 10);
    return performance.now() - began;
  };
  for (const scope of visited) await recall(scope);
  for (let n = 0; n < samples; n += 1) times.push(await recall(visited[n % visited.length] ?? 0));
  return spread(times);
}

function scopeOf(scopes: number, scope: number): { tenant: string; user: string } {
  return { tenant: TENANT, user: `${scopes}-${scope}` };
}

function turnOf(index: number, random: () => number): Turn {
  const speaker = index % 2 === 0 ? 'Ann' : 'Bob';
  return {
    id: String(index),
    text: zipfText(WORDS.turn, random),
    speaker,
    occurredAt: new Date(BEGIN + index * MINUTE_MS),
  };
}
