import { createReadStream } from 'node:fs';
import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { SwitchyardError } from '@switchyard/contracts';
import { Incoming, Route, route, type CallOf } from '../http/route.js';
import { ASSETS, assetPath, DOCS_PAGE, DOCS_POLICY, START_SCRIPT, type AssetName } from './docs-assets.js';
import { OPENAPI } from './tokens.js';

const document = route({
  method: 'GET',
  path: '/openapi.json',
  access: 'public',
  tag: 'docs',
  summary: 'Get this document',
  replies: { 200: { json: z.record(z.string(), z.unknown()) } },
});

const page = route({
  method: 'GET',
  path: '/docs',
  access: 'public',
  tag: 'docs',
  summary: 'Read and try this document in a browser',
  replies: { 200: { content: 'text/html', description: 'A page.' } },
});

const file = route({
  method: 'GET',
  path: '/docs/:file',
  access: 'public',
  tag: 'docs',
  summary: 'Get a file of the page',
  replies: { 200: { content: 'text/javascript', description: 'A file.' } },
});

/** A day: the files change with the platform's version only. */
const CACHE = 'public, max-age=86400';

@Controller()
export class DocsController {
  constructor(@Inject(OPENAPI) private readonly openapi: () => object) {}

  @Route(document)
  document(): object {
    return this.openapi();
  }

  @Route(page)
  async page(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-security-policy', DOCS_POLICY).type('text/html; charset=utf-8').send(DOCS_PAGE);
  }

  @Route(file)
  async file(@Incoming() { params }: CallOf<typeof file>, @Res() reply: FastifyReply): Promise<void> {
    const name = params['file'] ?? '';
    if (name === 'start.js') return void (await reply.type('text/javascript; charset=utf-8').send(START_SCRIPT));
    if (!isAsset(name)) throw new SwitchyardError('route.not_found', `/docs has no file "${name.slice(0, 64)}".`);
    await reply
      .header('cache-control', CACHE)
      .type(ASSETS[name])
      .send(createReadStream(assetPath(name)));
  }
}

function isAsset(name: string): name is AssetName {
  return Object.hasOwn(ASSETS, name);
}
