import { create, MemorySchema, timestampFromDate, type Memory } from '@switchyard/contracts';

/** A memory with the parts of its scope, as the statements below select it. */
export interface MemoryRow {
  id: string;
  tenant: string;
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
}

/** For `SELECT … FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id`. */
export const MEMORY_COLUMNS = `m.id, m.tenant, s.agent, s.user_id, s.thread, m.text, m.tags, m.source, m.run_id, m.seq,
  m.call_id, m.actor, m.count, m.created_at`;

export function toMemory(row: MemoryRow): Memory {
  return create(MemorySchema, {
    id: row.id,
    scope: { tenant: row.tenant, agent: row.agent, user: row.user_id, thread: row.thread },
    text: row.text,
    tags: row.tags,
    provenance: { source: row.source, runId: row.run_id, seq: row.seq, callId: row.call_id, actor: row.actor },
    createdAt: timestampFromDate(row.created_at),
    count: row.count,
  });
}
