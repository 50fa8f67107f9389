import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  AuditReportSchema,
  ExportPageSchema,
  ImportReplySchema,
  ImportRequestSchema,
  MemoryService,
  type AuditReport,
  type ExportPage,
  type ImportReply,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';
import { SCOPE } from './scope-query.js';

const audit = route({
  method: 'GET',
  path: '/v1/memories/audit',
  access: 'read',
  tag: 'memory',
  summary: 'Find junk, duplicates, contradictions and orphans',
  query: z.object({ ...SCOPE, limit: limit(1_000, 200) }),
  replies: { 200: { message: AuditReportSchema } },
});

const exportPage = route({
  method: 'GET',
  path: '/v1/memories/export',
  access: 'read',
  tag: 'memory',
  summary: 'Export memories with what was known of them, the oldest first',
  description: 'A page at a time; an empty page is the end.',
  query: z.object({
    ...SCOPE,
    limit: limit(200, 100),
    after: text('The last id of the page before.'),
    all: z.enum(['true', 'false']).optional().describe('`true`: what was retracted too.'),
  }),
  replies: { 200: { message: ExportPageSchema } },
});

const importRecords = route({
  method: 'POST',
  path: '/v1/memories/import',
  access: 'run',
  tag: 'memory',
  summary: 'Import memories',
  description:
    'All that is not refused, or nothing. Nothing is taken at its own word: ids are new, the source is "import", the tenant is the key\'s, and the trust is `trust`. The parts of `scope` that are set win over those of the records. The same records again change nothing.',
  body: { message: ImportRequestSchema, tenantAt: 'scope.tenant', without: ['actor'] },
  replies: { 200: { message: ImportReplySchema } },
});

/** Memories in and out, and what is wrong with them. */
@Controller()
export class MemoryExchangeController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(audit)
  audit(@Incoming() { tenant, query }: CallOf<typeof audit>): Promise<AuditReport> {
    const { limit: most, ...scope } = query;
    return this.rpc.call(MemoryService.method.auditMemories, {
      scope: { tenant, ...given(scope) },
      ...given({ limit: most }),
    });
  }

  @Route(exportPage)
  export(@Incoming() { tenant, query }: CallOf<typeof exportPage>): Promise<ExportPage> {
    const { limit: most, after, all, ...scope } = query;
    return this.rpc.call(MemoryService.method.exportMemories, {
      scope: { tenant, ...given(scope) },
      ...given({ limit: most, after }),
      all: all === 'true',
    });
  }

  @Route(importRecords)
  import(@Incoming() { body, identity }: CallOf<typeof importRecords>): Promise<ImportReply> {
    return this.rpc.call(MemoryService.method.importMemories, { ...body, actor: actorOf(identity) });
  }
}
