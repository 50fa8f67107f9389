import type { Scope } from '@switchyard/contracts';
import type { SqlParameter } from '@switchyard/persistence';
import { keysOfRun } from '../conversations/run-keys.js';
import { MEMORY_COLUMNS, MEMORY_TABLES } from './memory-row.js';

/** What a page of the catalogue shows. */
export interface Page {
  scope: Scope;
  limit: number;
  /** The last id of the page before; empty: from the first. */
  before: string;
  /** Any of these; all where empty. */
  kinds: readonly string[];
  states: readonly string[];
  /** All of these. */
  tags: readonly string[];
  since: Date | undefined;
  until: Date | undefined;
  runId: string;
  conversation: string;
  /** In the order in which they were said; otherwise the newest first. */
  asSaid: boolean;
}

/** The statement of a page, with the conditions that are set and no others: each is then found by its index. */
export function listQuery(page: Page): { text: string; parameters: SqlParameter[] } {
  const parameters: SqlParameter[] = [];
  const at = (value: SqlParameter): string => `$${parameters.push(value)}`;
  const { scope, kinds, states, tags, since, until, runId, conversation } = page;
  const tenant = at(scope.tenant);
  const conditions = [
    `m.tenant = ${tenant}`,
    `m.state = ANY (${at(states)}::text[])`,
    ...(scope.agent === '' ? [] : [`s.agent = ${at(scope.agent)}`]),
    ...(scope.user === '' ? [] : [`s.user_id = ${at(scope.user)}`]),
    ...(scope.thread === '' ? [] : [`s.thread = ${at(scope.thread)}`]),
    ...(kinds.length === 0 ? [] : [`m.kind = ANY (${at(kinds)}::text[])`]),
    ...(tags.length === 0 ? [] : [`m.tags @> ${at(tags)}::text[]`]),
    ...(since ? [`m.occurred_at >= ${at(since)}`] : []),
    ...(until ? [`m.occurred_at <= ${at(until)}`] : []),
    ...(runId === '' ? [] : [ofRun(tenant, at(runId), at(Object.values(keysOfRun(runId))))]),
    ...(conversation === '' ? [] : [ofConversation(tenant, at(conversation))]),
    ...(page.before === '' ? [] : [page.asSaid ? afterSaid(at(page.before)) : `m.id < ${at(page.before)}`]),
  ];
  const order = page.asSaid ? 'm.occurred_at, m.position, m.id' : 'm.id DESC';
  const text = `SELECT ${MEMORY_COLUMNS} FROM ${MEMORY_TABLES} WHERE ${conditions.join(' AND ')}
    ORDER BY ${order} LIMIT ${at(page.limit)}`;
  return { text, parameters };
}

/** What was said before is one row, which names the run that said it first; the keys of its saves name the others. */
function ofRun(tenant: string, runId: string, keys: string): string {
  return `m.id IN (SELECT r.id FROM memory.memories r WHERE r.tenant = ${tenant} AND r.run_id = ${runId} AND r.run_id <> ''
    UNION SELECT k.memory_id FROM memory.saves k WHERE k.tenant = ${tenant} AND k.call_id = ANY (${keys}::text[]))`;
}

function ofConversation(tenant: string, name: string): string {
  return `m.doc IN (SELECT c.doc FROM memory.scopes z JOIN memory.memories c ON c.scope_id = z.id
      WHERE z.tenant = ${tenant} AND c.conversation = ${name}
    UNION SELECT c.doc FROM memory.scopes z JOIN memory.memories c ON c.scope_id = z.id
      WHERE z.tenant = ${tenant} AND z.thread = ${name})`;
}

function afterSaid(before: string): string {
  return `(m.occurred_at, m.position, m.id) > (SELECT b.occurred_at, b.position, b.id FROM memory.memories b WHERE b.id = ${before})`;
}
