import { Inject, Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { sql } from '@switchyard/persistence';
import { groupBy } from '../group-by.js';
import { invalidEvidence } from '../memory-error.js';
import { planSave, type Knowledge, type Known, type Planned } from '../records/plan-save.js';
import type { Batch, Statement } from '../records/statement.js';
import { supersede, type Claim, type Supersession } from '../records/supersede.js';
import { asTenant } from './as-tenant.js';
import { addToStatistics, scopeIdOf, tellChanged } from './scopes.js';
import { believe, end } from './validity.js';

/** What became of a batch, in its order. */
export type Saved = Planned[];

/** The write side: memories, their postings, their validity and the statistics of their scopes, in one transaction. */
@Injectable()
export class SaveRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * All of it or nothing. Later batches are made of what became of the earlier ones.
   *
   * @param keys of all that the batches will hold, by scope; writers of one statement or one subject go one after the other
   */
  async save(
    tenant: string,
    batches: readonly ((saved: readonly Saved[]) => Batch)[],
    keys: readonly { scope: Batch['scope']; keys: readonly string[] }[],
  ): Promise<Saved[]> {
    return asTenant(this.dataSource, tenant, async (manager) => {
      await this.lock(manager, keys);
      const all: Saved[] = [];
      for (const batch of batches) all.push(await this.saveBatch(manager, batch(all)));
      return all;
    });
  }

  /** Writers of these go one after the other until the end of the transaction. */
  async lock(manager: EntityManager, keys: Parameters<SaveRepository['save']>[2]): Promise<void> {
    const names: string[] = [];
    for (const { scope, keys: of } of keys) {
      const id = await scopeIdOf(manager, scope);
      names.push(...of.map((key) => `${id}:${key}`));
    }
    await sql(
      manager,
      `SELECT pg_advisory_xact_lock(key) FROM (
         SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest($1::text[]) AS name ORDER BY key) k`,
      [names],
    );
  }

  /** Within a transaction as the tenant, after `lock`. */
  async saveBatch(manager: EntityManager, batch: Batch): Promise<Saved> {
    const { saved, count } = await this.saveUncounted(manager, batch);
    await count();
    return saved;
  }

  /**
   * The same but for the statistics of the scope, whose row all its writers wait for: whoever looks at what was written
   * before it is kept calls `count` after.
   */
  async saveUncounted(manager: EntityManager, batch: Batch): Promise<{ saved: Saved; count: () => Promise<void> }> {
    if (batch.statements.length === 0) return { saved: [], count: () => Promise.resolve() };
    const scopeId = await scopeIdOf(manager, batch.scope);
    const planned = planSave(batch.statements, await this.knowledgeOf(manager, scopeId, batch));
    await this.checkEvidence(manager, planned);
    const fresh = planned.filter(({ outcome }) => outcome === 'stored').map(({ statement }) => statement);
    const repeated = planned.filter(({ outcome }) => outcome === 'repeated');
    const { memories, terms } = await this.insert(manager, scopeId, batch, fresh);
    await this.repeat(manager, batch, repeated);
    await this.recordSaves(manager, batch, planned);
    await this.linkEvidence(manager, batch, planned);
    const revived = await this.revive(manager, batch, repeated);
    await this.supersedeBySubject(manager, scopeId, batch, planned);
    const count = async () => {
      await addToStatistics(manager, scopeId, memories + revived.memories, terms + revived.terms);
      // What was replaced and holds again changes no statistics.
      if (planned.some(({ revives }) => revives)) await tellChanged(manager, [scopeId]);
    };
    return { saved: planned, count };
  }

  private async knowledgeOf(manager: EntityManager, scopeId: string, batch: Batch): Promise<Knowledge> {
    const { tenant } = batch.scope;
    const saveKeys = batch.statements.map(({ saveKey }) => saveKey).filter((key) => key !== '');
    const known = await sql<{ id: string; statement_key: string; state: string }>(
      manager,
      `SELECT id, statement_key, state FROM memory.memories
       WHERE scope_id = $1 AND statement_key = ANY ($2) ORDER BY id FOR UPDATE`,
      [scopeId, batch.statements.map(({ statementKey }) => statementKey)],
    );
    const saves =
      saveKeys.length === 0
        ? []
        : await sql<{ call_id: string; memory_id: string; there: boolean }>(
            manager,
            `SELECT s.call_id, s.memory_id, EXISTS (SELECT 1 FROM memory.memories m WHERE m.id = s.memory_id) AS there
             FROM memory.saves s WHERE s.tenant = $1 AND s.call_id = ANY ($2)`,
            [tenant, saveKeys],
          );
    const shown =
      batch.runId === ''
        ? []
        : await sql<{ id: string; text: string }>(
            manager,
            `SELECT m.id, m.text FROM memory.shown s JOIN memory.memories m ON m.id = s.memory_id
             WHERE s.tenant = $1 AND s.run_id = $2`,
            [tenant, batch.runId],
          );
    const bySave = groupBy(saves, ({ call_id }) => call_id);
    return {
      known: new Map(
        known.map(({ id, statement_key: statementKey, state }): [string, Known] => [
          statementKey,
          { id, statementKey, state },
        ]),
      ),
      saves: new Map(
        [...bySave].map(([key, rows]) => [
          key,
          rows.map(({ memory_id: memoryId, there: exists }) => ({ memoryId, exists })),
        ]),
      ),
      shown,
    };
  }

  /** Locks what is named, so that nobody erases or retracts it meanwhile. */
  private async checkEvidence(manager: EntityManager, planned: Saved): Promise<void> {
    const ids = [...new Set(planned.flatMap(({ statement }) => statement.evidence))];
    if (ids.length === 0) return;
    const there = await sql<{ id: string }>(
      manager,
      `SELECT id FROM memory.memories WHERE id = ANY ($1) AND state <> 'retracted' ORDER BY id FOR KEY SHARE`,
      [ids],
    );
    const found = new Set(there.map(({ id }) => id));
    const missing = ids.find((id) => !found.has(id));
    if (missing !== undefined) throw invalidEvidence(missing);
  }

  private async insert(
    manager: EntityManager,
    scopeId: string,
    batch: Batch,
    fresh: readonly Statement[],
  ): Promise<{ memories: number; terms: number }> {
    if (fresh.length === 0) return { memories: 0, terms: 0 };
    const { tenant } = batch.scope;
    const lengths = new Map(fresh.map((statement) => [statement.id, lengthOf(statement)]));
    const positions = await this.positionsOf(manager, scopeId, fresh);
    const rows = await sql<{ id: string; doc: string }>(manager, INSERT_MEMORIES, [
      tenant,
      scopeId,
      batch.at,
      JSON.stringify(
        fresh.map((statement, index) => ({
          ...columnsOf(statement),
          terms: lengths.get(statement.id),
          position: positions[index],
        })),
      ),
    ]);
    const docs = new Map(rows.map(({ id, doc }) => [id, doc]));
    const postings = fresh.flatMap(({ id, terms }) =>
      [...terms].map(([term, frequency]) => ({
        doc: docs.get(id) ?? '',
        term,
        frequency,
        length: lengths.get(id) ?? 0,
      })),
    );
    await sql(
      manager,
      `INSERT INTO memory.postings (scope_id, tenant, doc, term, frequency, length)
       SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[], $5::integer[], $6::integer[])`,
      [
        scopeId,
        tenant,
        postings.map(({ doc }) => doc),
        postings.map(({ term }) => term),
        postings.map(({ frequency }) => frequency),
        postings.map(({ length }) => length),
      ],
    );
    await sql(manager, 'INSERT INTO memory.to_embed (doc, tenant) SELECT *, $2 FROM unnest($1::bigint[])', [
      [...docs.values()],
      tenant,
    ]);
    const beliefs = fresh.map(({ id, validFrom, validTo }) => ({ tenant, id, from: validFrom, to: validTo ?? null }));
    await believe(manager, beliefs, batch.at);
    return { memories: fresh.length, terms: [...lengths.values()].reduce((sum, length) => sum + length, 0) };
  }

  /** What names no place stands after the last one of its conversation. */
  private async positionsOf(
    manager: EntityManager,
    scopeId: string,
    fresh: readonly Statement[],
  ): Promise<(number | undefined)[]> {
    const open = fresh.some(({ kind, position }) => kind === 'episode' && position === undefined);
    if (!open) return fresh.map(({ position }) => position);
    const [first] = fresh;
    const [last] = await sql<{ position: string | null }>(
      manager,
      'SELECT max(position) AS position FROM memory.memories WHERE scope_id = $1 AND conversation = $2',
      [scopeId, first?.conversation ?? ''],
    );
    let next = Number(last?.position ?? 0);
    return fresh.map(({ position }) => (next = position ?? next + 1));
  }

  private async repeat(manager: EntityManager, batch: Batch, repeated: Saved): Promise<void> {
    for (const { memoryId, statement } of repeated)
      await sql(
        manager,
        `UPDATE memory.memories SET count = least(count::bigint + $9, ${MAX_INTEGER}), last_at = greatest(last_at, $2), trust = greatest(trust, $4),
           confidence = greatest(confidence, $5), asserted = asserted OR $6,
           expires_at = CASE WHEN expires_at IS NULL OR $7::timestamptz IS NULL THEN NULL ELSE greatest(expires_at, $7) END,
           subject = CASE WHEN subject = '' THEN $8 ELSE subject END,
           tags = ARRAY(SELECT DISTINCT tag FROM unnest(tags || $3::text[]) AS tag ORDER BY tag)
         WHERE id = $1`,
        [
          memoryId,
          batch.at,
          statement.tags,
          statement.trust,
          statement.confidence,
          statement.evidence.length === 0,
          statement.expiresAt ?? null,
          statement.subject,
          statement.count,
        ],
      );
  }

  private async recordSaves(manager: EntityManager, batch: Batch, planned: Saved): Promise<void> {
    const counted = planned.filter(
      ({ outcome, statement }) => statement.saveKey !== '' && (outcome === 'stored' || outcome === 'repeated'),
    );
    if (counted.length === 0) return;
    await sql(
      manager,
      `INSERT INTO memory.saves (tenant, call_id, memory_id, saved_at)
       SELECT $1, key, id, $4 FROM unnest($2::text[], $3::text[]) AS s (key, id) ON CONFLICT DO NOTHING`,
      [
        batch.scope.tenant,
        counted.map(({ statement }) => statement.saveKey),
        counted.map(({ memoryId }) => memoryId),
        batch.at,
      ],
    );
  }

  private async linkEvidence(manager: EntityManager, batch: Batch, planned: Saved): Promise<void> {
    const edges = planned
      .filter(({ outcome }) => outcome === 'stored' || outcome === 'repeated')
      .flatMap(({ memoryId, statement }) => statement.evidence.map((evidence) => ({ memoryId, evidence })));
    if (edges.length === 0) return;
    await sql(
      manager,
      `INSERT INTO memory.evidence (tenant, memory_id, evidence_id)
       SELECT $1, * FROM unnest($2::text[], $3::text[]) ON CONFLICT DO NOTHING`,
      [batch.scope.tenant, edges.map(({ memoryId }) => memoryId), edges.map(({ evidence }) => evidence)],
    );
  }

  /** What had been replaced or withdrawn and is said again holds again, from the moment on that it names. */
  private async revive(
    manager: EntityManager,
    batch: Batch,
    repeated: Saved,
  ): Promise<{ memories: number; terms: number }> {
    const revived = new Map(repeated.filter(({ revives }) => revives).map((plan) => [plan.memoryId, plan.statement]));
    if (revived.size === 0) return { memories: 0, terms: 0 };
    const ids = [...revived.keys()];
    const withdrawn = await sql<{ doc: string; terms: number }>(
      manager,
      `SELECT doc, terms FROM memory.memories WHERE id = ANY ($1) AND state = 'retracted'`,
      [ids],
    );
    await sql(manager, `UPDATE memory.memories SET state = 'current', superseded_by = '' WHERE id = ANY ($1)`, [ids]);
    await sql(manager, 'UPDATE memory.postings SET live = true WHERE doc = ANY ($1::bigint[])', [
      withdrawn.map(({ doc }) => doc),
    ]);
    const { tenant } = batch.scope;
    const beliefs = [...revived].map(([id, { validFrom, validTo }]) => ({
      tenant,
      id,
      from: validFrom,
      to: validTo ?? null,
    }));
    await believe(manager, beliefs, batch.at);
    return { memories: withdrawn.length, terms: withdrawn.reduce((sum, { terms }) => sum + terms, 0) };
  }

  private async supersedeBySubject(
    manager: EntityManager,
    scopeId: string,
    batch: Batch,
    planned: Saved,
  ): Promise<void> {
    for (const { outcome, memoryId, statement, revives } of planned) {
      if (statement.subject === '' || !(outcome === 'stored' || revives)) continue;
      const others = await sql<{ id: string; trust: number; valid_from: Date }>(
        manager,
        `SELECT m.id, m.trust, max(v.valid_from) AS valid_from
         FROM memory.memories m JOIN memory.versions v ON v.memory_id = m.id AND v.known_to = 'infinity'
         WHERE m.scope_id = $1 AND m.subject = $2 AND m.id <> $3 AND m.state = 'current' GROUP BY m.id`,
        [scopeId, statement.subject, memoryId],
      );
      const claim = { id: memoryId, trust: statement.trust, validFrom: statement.validFrom };
      const claims = others.map(({ id, trust, valid_from: validFrom }): Claim => ({ id, trust, validFrom }));
      await this.apply(manager, supersede(claim, claims), batch.at);
    }
  }

  /** Each of the superseded holds until its moment, and says what came after it. */
  async apply(manager: EntityManager, supersessions: readonly Supersession[], at: Date): Promise<void> {
    if (supersessions.length === 0) return;
    await end(
      manager,
      supersessions.map(({ id, at: until }) => ({ id, until })),
      at,
    );
    await sql(
      manager,
      `UPDATE memory.memories m SET state = 'superseded', superseded_by = s.by
       FROM unnest($1::text[], $2::text[]) AS s (id, by) WHERE m.id = s.id`,
      [supersessions.map(({ id }) => id), supersessions.map(({ by }) => by)],
    );
  }
}

/** Of Postgres' integer. */
const MAX_INTEGER = 2_147_483_647;

const INSERT_MEMORIES = `
INSERT INTO memory.memories (id, tenant, scope_id, kind, text, statement_key, subject, tags, source, run_id, seq, call_id,
  actor, count, terms, trust, confidence, asserted, speaker, conversation, position, occurred_at, expires_at, created_at, last_at)
SELECT r.id, $1, $2, r.kind, r.text, r.statement_key, r.subject, r.tags, r.source, r.run_id, r.seq, r.call_id, r.actor,
  r.count, r.terms, r.trust, r.confidence, r.asserted, r.speaker, r.conversation, coalesce(r.position, 0), r.occurred_at,
  r.expires_at, $3, $3
FROM jsonb_to_recordset($4::jsonb) AS r (id text, kind text, text text, statement_key text, subject text, tags text[],
  source text, run_id text, seq integer, call_id text, actor text, count integer, terms integer, trust smallint, confidence real,
  asserted boolean, speaker text, conversation text, position bigint, occurred_at timestamptz, expires_at timestamptz)
RETURNING id, doc`;

function columnsOf(statement: Statement): object {
  const { source, runId, seq, callId, actor } = statement.provenance;
  return {
    id: statement.id,
    kind: statement.kind,
    text: statement.text,
    statement_key: statement.statementKey,
    subject: statement.subject,
    tags: statement.tags,
    source,
    run_id: runId,
    seq,
    call_id: callId,
    actor,
    trust: statement.trust,
    confidence: statement.confidence,
    count: statement.count,
    asserted: statement.evidence.length === 0,
    speaker: statement.speaker,
    conversation: statement.conversation,
    occurred_at: statement.occurredAt,
    expires_at: statement.expiresAt ?? null,
  };
}

function lengthOf({ terms }: Statement): number {
  return [...terms.values()].reduce((sum, count) => sum + count, 0);
}
