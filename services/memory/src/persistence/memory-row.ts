import { create, MemorySchema, timestampFromDate, type Memory } from '@switchyard/contracts';
import { trustName } from '../records/trust.js';

/** A memory with the parts of its scope and its latest validity, as the statements below select it. */
export interface MemoryRow {
  id: string;
  doc: string;
  tenant: string;
  scope_id: string;
  agent: string;
  user_id: string;
  thread: string;
  text: string;
  tags: string[];
  source: string;
  run_id: string;
  seq: number;
  call_id: string;
  actor: string;
  count: number;
  created_at: Date;
  last_at: Date;
  kind: string;
  subject: string;
  trust: number;
  confidence: number;
  state: string;
  conversation: string;
  position: string;
  speaker: string;
  occurred_at: Date;
  expires_at: Date | null;
  superseded_by: string;
  valid_from: Date | null;
  /** Null: open. */
  valid_to: Date | null;
  evidence: string[];
}

/**
 * For `SELECT … FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id`. The validity is the latest that is
 * known; of what is no longer believed, the last that was.
 */
export const MEMORY_COLUMNS = `m.id, m.doc, m.tenant, m.scope_id, s.agent, s.user_id, s.thread, m.text, m.tags, m.source,
  m.run_id, m.seq, m.call_id, m.actor, m.count, m.created_at, m.last_at, m.kind, m.subject, m.trust,
  m.confidence, m.state, m.conversation, m.position, m.speaker, m.occurred_at, m.expires_at, m.superseded_by,
  (SELECT array_agg(e.evidence_id ORDER BY e.evidence_id) FROM memory.evidence e WHERE e.memory_id = m.id) AS evidence,
  v.valid_from, nullif(v.valid_to, 'infinity') AS valid_to`;

/**
 * Where the columns come from.
 *
 * @param knownAt an SQL expression: the validity that was known then; null: the latest
 */
export function memoryTables(knownAt = 'null::timestamptz'): string {
  return `memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
  LEFT JOIN LATERAL (SELECT valid_from, valid_to FROM memory.versions WHERE memory_id = m.id
    AND (${knownAt} IS NULL OR (known_from <= ${knownAt} AND ${knownAt} < known_to))
    ORDER BY known_to DESC, known_from DESC, valid_from DESC LIMIT 1) v ON true`;
}

/** As they are known now. */
export const MEMORY_TABLES = memoryTables();

export function toMemory(row: MemoryRow): Memory {
  return create(MemorySchema, {
    id: row.id,
    scope: { tenant: row.tenant, agent: row.agent, user: row.user_id, thread: row.thread },
    text: row.text,
    tags: row.tags,
    provenance: { source: row.source, runId: row.run_id, seq: row.seq, callId: row.call_id, actor: row.actor },
    createdAt: timestampFromDate(row.created_at),
    count: row.count,
    kind: row.kind,
    subject: row.subject,
    trust: trustName(row.trust),
    confidence: row.confidence,
    state: row.state,
    conversation: row.conversation,
    position: Number(row.position),
    speaker: row.speaker,
    occurredAt: timestampFromDate(row.occurred_at),
    supersededBy: row.superseded_by,
    evidence: row.evidence ?? [],
    ...(row.expires_at && { expiresAt: timestampFromDate(row.expires_at) }),
    ...(row.valid_from && { validFrom: timestampFromDate(row.valid_from) }),
    ...(row.valid_to && { validTo: timestampFromDate(row.valid_to) }),
  });
}
