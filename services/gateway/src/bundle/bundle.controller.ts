import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { BundleReportSchema, type BundleReport } from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { listOf, moment } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';
import { ExportBundle } from './export-bundle.service.js';
import { ImportBundle } from './import-bundle.service.js';

const BUNDLE_TYPE = 'application/gzip';
const PARTS = ['agents', 'tools', 'runs', 'evidence'] as const;
const part = z.enum(PARTS);
const flag = (description: string) => z.enum(['true', 'false']).optional().describe(description);

const download = route({
  method: 'GET',
  path: '/v1/bundle',
  access: 'admin',
  tag: 'bundle',
  summary: 'Export the whole record as one file',
  description: [
    'Agents with their versions, backends, tools, policies, schedules, budgets, runs with their journals and payloads, tasks, suites, evaluations, outcomes, feedback: gzip of JSON lines, as docs/bundle.md says. No secret is in it.',
    'A download that breaks off has no last line, and no import takes it.',
  ].join(' '),
  query: z.object({
    since: moment('Of what has a time, what began since.'),
    without: z
      .union([part, z.array(part).max(4)])
      .optional()
      .describe('Parts to leave out. May be given several times.'),
  }),
  replies: { 200: { content: BUNDLE_TYPE, description: 'The bundle.' } },
});

const upload = route({
  method: 'POST',
  path: '/v1/bundle',
  access: 'admin',
  tag: 'bundle',
  summary: 'Import a record that was exported',
  description: [
    'Read and checked to its end before the first record is stored. Into an empty system, or with `merge` into one that has records: what is the same is left alone, and other content under the same name is refused. The same bundle again changes nothing.',
    'What had not ended comes in as cancelled, schedules come in paused, and nobody is told of anything: nothing happens twice.',
    "What is one for all tenants (backends, tool servers and their tools) is imported with a key of the platform's own tenant alone.",
  ].join(' '),
  query: z.object({
    check: flag('`true`: read and check it, and store nothing.'),
    merge: flag('`true`: into a system that has records.'),
    max_bytes: z.coerce.number().int().min(1).optional().describe('Refuse a larger one.'),
  }),
  body: { stream: BUNDLE_TYPE, description: 'A bundle, packed or not.' },
  replies: { 200: { message: BundleReportSchema } },
});

/** The whole record out and in. */
@Controller()
export class BundleController {
  constructor(
    @Inject(ExportBundle) private readonly exports: ExportBundle,
    @Inject(ImportBundle) private readonly imports: ImportBundle,
  ) {}

  /** Answers by itself (`@Res`): a file of any size is not one value. */
  @Route(download)
  async download(
    @Incoming() { tenant, query, request }: CallOf<typeof download>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const since = query.since === undefined ? undefined : new Date(query.since);
    const lines = await this.exports.begin({ tenant, since, without: listOf(query.without) });
    void reply.type(BUNDLE_TYPE).header('content-disposition', `attachment; filename="${tenant}.switchyard.gz"`);
    // The server answers HEAD by the same handler.
    if (request.method === 'HEAD') return void (await reply.send());
    const packed = createGzip();
    // Where it fails, the answer breaks off: that is how the client knows.
    pipeline(Readable.from(lines), packed).catch((error: unknown) => {
      request.log.error({ err: error }, 'An export of a bundle broke off');
    });
    await reply.send(packed);
  }

  @Route(upload)
  upload(@Incoming() { tenant, identity, query, body }: CallOf<typeof upload>): Promise<BundleReport> {
    return this.imports.import(body, {
      tenant,
      actor: actorOf(identity),
      check: query.check === 'true',
      merge: query.merge === 'true',
      maxBytes: query.max_bytes,
    });
  }
}
