import {
  AuditReportSchema,
  ConsolidateReplySchema,
  ConsolidationPolicySchema,
  ExportPageSchema,
  fromStore,
  ImportReplySchema,
  type AuditReport,
  type ConsolidateReply,
  type ConsolidationPolicy,
  type ImportReply,
  type JsonObject,
  type MemoryRecord,
} from '@switchyard/contracts';
import type { Http } from '../http.js';
import { defined, scopeOf, type MemoryScope } from './memory-scope.js';

export interface ImportOptions {
  /** Its parts win over those of the records. */
  scope?: MemoryScope;
  /** low where absent. */
  trust?: string | undefined;
  /** Says what would become of them, and stores nothing. */
  check?: boolean;
  /** The act of the import that these records go on with: what an earlier part was answered with. */
  act?: string | undefined;
}

/** As the gateway waits for it, and a little more. */
const CONSOLIDATE_TIMEOUT_MS = 110_000;

/** Memories in and out, and what is wrong with them. */
export class MemoryExchange {
  constructor(private readonly http: Http) {}

  /** Makes summaries of exactly this scope. @param by the agent that writes them; rules do where absent */
  async consolidate(scope: MemoryScope = {}, by?: string): Promise<ConsolidateReply> {
    const body = defined({ scope: scopeOf(scope), by });
    const options = { body, timeoutMs: CONSOLIDATE_TIMEOUT_MS };
    return fromStore(ConsolidateReplySchema, await this.http.json('POST', '/v1/memories/consolidations', options));
  }

  /** Whether summaries are made in the background: on, off, or as the platform is set (empty). */
  async consolidation(): Promise<ConsolidationPolicy> {
    return fromStore(ConsolidationPolicySchema, await this.http.json('GET', '/v1/memories/consolidation'));
  }

  /** @param rounds on, off; empty: as the platform is set */
  async setConsolidation(rounds: string): Promise<ConsolidationPolicy> {
    const init = { body: { rounds }, repeatable: true };
    return fromStore(ConsolidationPolicySchema, await this.http.json('POST', '/v1/memories/consolidation', init));
  }

  /** Junk, duplicates, contradictions and orphans. */
  async audit(options: { scope?: MemoryScope; limit?: number | undefined } = {}): Promise<AuditReport> {
    const query = { ...options.scope, limit: options.limit };
    return fromStore(AuditReportSchema, await this.http.json('GET', '/v1/memories/audit', { query }));
  }

  /** One after the other, the oldest first. @param options all: what was retracted too */
  async *export(options: { scope?: MemoryScope; all?: boolean } = {}): AsyncGenerator<MemoryRecord> {
    const all = options.all ? 'true' : undefined;
    for (let after: string | undefined; ;) {
      const query = { ...options.scope, all, after };
      const { records } = fromStore(
        ExportPageSchema,
        await this.http.json('GET', '/v1/memories/export', { query: { ...query, limit: 200 } }),
      );
      yield* records;
      after = records.at(-1)?.memory?.id;
      if (after === undefined) return;
    }
  }

  /**
   * All that is not refused, or nothing; the same again changes nothing.
   *
   * @param records as in the contracts (MemoryRecord), at most 200
   */
  async import(records: readonly JsonObject[], options: ImportOptions = {}): Promise<ImportReply> {
    const { scope, trust, check, act } = options;
    const body = defined({ scope: scopeOf(scope), records: [...records], trust, check, act_id: act || undefined });
    return fromStore(
      ImportReplySchema,
      await this.http.json('POST', '/v1/memories/import', { body, repeatable: true }),
    );
  }
}
