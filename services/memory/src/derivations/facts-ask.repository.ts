import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sql } from '@switchyard/persistence';
import type { Claim } from '../records/supersede.js';
import type { GivenEpisode } from './facts-answer.js';

/** Episodes of one ask, and their characters: a few pages, which every model holds. */
const MAX_EPISODES = 64;
const MAX_CHARACTERS = 40_000;
/** Facts that an agent is told are known. */
const MAX_KNOWN = 40;

/** A fact that says what an answer says. */
export interface SaidAlready {
  id: string;
  state: string;
  evidence: string[];
}

/** What an ask for facts is about, and what its answer touches. */
@Injectable()
export class FactsAskRepository {
  /** Ids of the oldest episodes of a conversation that no ask has covered, as many as one ask takes. */
  async uncovered(manager: EntityManager, scopeId: string, conversation: string): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      manager,
      `SELECT id FROM (
         SELECT m.id, m.doc, sum(length(m.text)) OVER (ORDER BY m.doc) - length(m.text) AS before
         FROM memory.memories m
         WHERE m.scope_id = $1 AND m.conversation = $2 AND m.kind = 'episode' AND m.state <> 'retracted'
           AND m.id NOT IN (SELECT unnest(d.episodes) FROM memory.derivations d
             WHERE d.scope_id = $1 AND d.conversation = $2 AND d.kind = 'facts')
       ) e WHERE before < ${MAX_CHARACTERS} ORDER BY doc LIMIT ${MAX_EPISODES}`,
      [scopeId, conversation],
    );
    return rows.map(({ id }) => id);
  }

  /** Ids of the facts of a scope that were said last. */
  async known(manager: EntityManager, scopeId: string): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      manager,
      `SELECT id FROM memory.memories WHERE scope_id = $1 AND kind = 'fact' AND state = 'current'
       ORDER BY last_at DESC, doc DESC LIMIT ${MAX_KNOWN}`,
      [scopeId],
    );
    return rows.map(({ id }) => id);
  }

  /** Those of the episodes that are still there. */
  async given(manager: EntityManager, ids: readonly string[]): Promise<GivenEpisode[]> {
    const rows = await sql<{ id: string; trust: number; occurred_at: Date; expires_at: Date | null }>(
      manager,
      `SELECT id, trust, occurred_at, expires_at FROM memory.memories
       WHERE id = ANY ($1) AND kind = 'episode' AND state <> 'retracted'`,
      [ids],
    );
    return rows.map(({ id, trust, occurred_at: occurredAt, expires_at }) => ({
      id,
      trust,
      occurredAt,
      expiresAt: expires_at ?? undefined,
    }));
  }

  /** Facts of a scope that hold, as far as it matters to what may stand in their place. */
  async claims(
    manager: EntityManager,
    scopeId: string,
    ids: readonly string[],
  ): Promise<(Claim & { subject: string })[]> {
    const rows = await sql<{ id: string; trust: number; subject: string; valid_from: Date }>(
      manager,
      `SELECT m.id, m.trust, m.subject, max(v.valid_from) AS valid_from
       FROM memory.memories m JOIN memory.versions v ON v.memory_id = m.id AND v.known_to = 'infinity'
       WHERE m.scope_id = $1 AND m.id = ANY ($2) AND m.state = 'current' GROUP BY m.id`,
      [scopeId, ids],
    );
    return rows.map(({ valid_from: validFrom, ...claim }) => ({ ...claim, validFrom }));
  }

  /** What is known that says one of these, and what it rests on, by statement key. */
  async saidAlready(
    manager: EntityManager,
    scopeId: string,
    keys: readonly string[],
  ): Promise<Map<string, SaidAlready>> {
    const rows = await sql<{ statement_key: string } & SaidAlready>(
      manager,
      `SELECT m.statement_key, m.id, m.state, array_agg(e.evidence_id) AS evidence
       FROM memory.memories m JOIN memory.evidence e ON e.memory_id = m.id
       WHERE m.scope_id = $1 AND m.statement_key = ANY ($2) GROUP BY m.id`,
      [scopeId, keys],
    );
    return new Map(rows.map(({ statement_key, ...said }) => [statement_key, said]));
  }

  /** What the run was told is known: that it says it back is no new evidence. */
  async show(manager: EntityManager, tenant: string, runId: string, ids: readonly string[], at: Date): Promise<void> {
    await sql(
      manager,
      `INSERT INTO memory.shown (tenant, run_id, memory_id, at)
       SELECT $1, $2, id, $4 FROM memory.memories WHERE id = ANY ($3) ON CONFLICT DO NOTHING`,
      [tenant, runId, ids, at],
    );
  }
}
