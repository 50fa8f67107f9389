import { Inject, Injectable } from '@nestjs/common';
import type { AuditQuery, AuditReportSchema, MessageInitShape } from '@switchyard/contracts';
import { checkScope } from '../check-request.js';
import { AuditRepository } from './audit.repository.js';
import { findContradictions, findDuplicates, findJunk, type Finding } from './findings.js';

const DEFAULT_FINDINGS = 200;
const MAX_FINDINGS = 1_000;
/** The newest of a scope that are looked at. */
const MAX_MEMORIES = 50_000;
/** Characters of a text in a report. */
const SHOWN = 300;
/** Memories of one finding in a report. */
const MAX_SHOWN = 10;

/** Looks for what should not be in a memory. Changes nothing. */
@Injectable()
export class AuditService {
  constructor(@Inject(AuditRepository) private readonly repository: AuditRepository) {}

  async audit(query: AuditQuery): Promise<MessageInitShape<typeof AuditReportSchema>> {
    const scope = checkScope(query.scope, 'AuditQuery');
    const limit = Math.min(query.limit || DEFAULT_FINDINGS, MAX_FINDINGS);
    const memories = await this.repository.memories(scope, MAX_MEMORIES);
    const findings = [
      ...findContradictions(memories),
      ...(await this.repository.orphans(scope, MAX_FINDINGS)),
      ...findDuplicates(memories),
      ...findJunk(memories),
    ];
    const byId = new Map(memories.map((memory) => [memory.id, memory]));
    return {
      findings: findings.slice(0, limit).map(({ ids, ...finding }) => ({
        ...finding,
        memories: ids.slice(0, MAX_SHOWN).map((id) => {
          const { text = '', kind = '', subject = '', state = '' } = byId.get(id) ?? {};
          return { id, text: text.slice(0, SHOWN), kind, subject, state };
        }),
      })),
      counts: countsOf(findings),
      memories: memories.length,
    };
  }
}

function countsOf(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of findings) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
