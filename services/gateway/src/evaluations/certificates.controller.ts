import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  CertificateListSchema,
  CertificateSchema,
  EvaluatorService,
  RevokeCertificateRequestSchema,
  type Certificate,
  type CertificateList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const list = route({
  method: 'GET',
  path: '/v1/certificates',
  access: 'read',
  tag: 'evaluations',
  summary: 'List certificates, the newest first',
  query: z.object({
    agent: text('Only of this agent.'),
    backend: text('Only those that speak of this backend.'),
    status: z.enum(['in_force', 'expired', 'revoked']).optional().describe('Only those that are so now.'),
    after: text('Only those that are older than this one.'),
    limit: limit(200, 50),
  }),
  replies: { 200: { message: CertificateListSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/certificates/:id',
  access: 'read',
  tag: 'evaluations',
  summary: 'Get a certificate with its evidence',
  replies: { 200: { message: CertificateSchema } },
});

const revoke = route({
  method: 'POST',
  path: '/v1/certificates/:id/revoke',
  access: 'run',
  tag: 'evaluations',
  summary: 'Revoke a certificate',
  description:
    'It is no longer in force from then on, and cannot be put in force again. One that was revoked stays as it is.',
  body: {
    message: RevokeCertificateRequestSchema,
    tenantAt: 'tenant',
    without: ['id', 'actor'],
    set: ({ params }) => ({ id: params['id'] ?? '' }),
  },
  replies: { 200: { message: CertificateSchema } },
});

@Controller()
export class CertificatesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<CertificateList> {
    return this.rpc.call(EvaluatorService.method.listCertificates, { tenant, ...given(query) });
  }

  @Route(get)
  get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<Certificate> {
    return this.rpc.call(EvaluatorService.method.getCertificate, { tenant, id: params['id'] ?? '' });
  }

  @Route(revoke)
  revoke(@Incoming() { body, identity }: CallOf<typeof revoke>): Promise<Certificate> {
    return this.rpc.call(EvaluatorService.method.revokeCertificate, { ...body, actor: actorOf(identity) });
  }
}
