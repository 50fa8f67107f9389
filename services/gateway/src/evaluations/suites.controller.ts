import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  ApplySuiteRequestSchema,
  DraftCasesRequestSchema,
  DraftedCasesSchema,
  EvaluatorService,
  fromWire,
  SuiteVersionListSchema,
  SuiteVersionSchema,
  type DraftedCases,
  type SuiteVersion,
  type SuiteVersionList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { syntaxOf } from '../http/parse-body.js';
import { limit, text } from '../http/queries.js';
import { ownTenant } from '../http/read-call.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const apply = route({
  method: 'POST',
  path: '/v1/suites',
  access: 'run',
  tag: 'evaluations',
  summary: 'Keep a suite, or a new version of it',
  description:
    'As JSON: {"suite": …}. As application/yaml the body is the suite itself, as its file has it. The same suite is the same version.',
  body: { document: 'a suite', like: ApplySuiteRequestSchema, yaml: true },
  replies: { 200: { message: SuiteVersionSchema } },
});

const list = route({
  method: 'GET',
  path: '/v1/suites',
  access: 'read',
  tag: 'evaluations',
  summary: 'List the newest version of each suite',
  query: z.object({ name: text('All versions of this suite instead.'), limit: limit(200, 50) }),
  replies: { 200: { message: SuiteVersionListSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/suites/:name',
  access: 'read',
  tag: 'evaluations',
  summary: 'Get a version of a suite, as it was written',
  query: z.object({ version: text('Its number, or the beginning of its content address; the newest where absent.') }),
  replies: { 200: { message: SuiteVersionSchema } },
});

const draft = route({
  method: 'POST',
  path: '/v1/suites/draft',
  access: 'read',
  tag: 'evaluations',
  summary: 'Make cases of a suite out of recorded runs',
  description: [
    'A page of cases, the newest run first, with secrets, IBANs, card and telephone numbers, e-mail and IP addresses taken out (`redact` names which).',
    'Nothing is stored. Redaction knows forms, and neither names nor addresses: have a person read the cases.',
  ].join(' '),
  body: { message: DraftCasesRequestSchema, tenantAt: 'tenant' },
  replies: { 200: { message: DraftedCasesSchema } },
});

@Controller()
export class SuitesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(apply)
  apply(@Incoming() { tenant, body, request, identity }: CallOf<typeof apply>): Promise<SuiteVersion> {
    const yaml = syntaxOf(request.headers['content-type']) === 'yaml';
    const wire = {
      ...(yaml ? { suite: body } : body),
      tenant: ownTenant(yaml ? undefined : body['tenant'], tenant),
      actor: actorOf(identity),
    };
    return this.rpc.call(EvaluatorService.method.applySuite, fromWire(ApplySuiteRequestSchema, wire));
  }

  @Route(draft)
  draft(@Incoming() { body }: CallOf<typeof draft>): Promise<DraftedCases> {
    return this.rpc.call(EvaluatorService.method.draftCases, body);
  }

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<SuiteVersionList> {
    return this.rpc.call(EvaluatorService.method.listSuites, { tenant, ...given(query) });
  }

  @Route(get)
  get(@Incoming() { tenant, params, query }: CallOf<typeof get>): Promise<SuiteVersion> {
    return this.rpc.call(EvaluatorService.method.getSuite, { tenant, name: params['name'] ?? '', ...given(query) });
  }
}
