import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  ApplySuiteRequestSchema,
  EvaluatorService,
  fromWire,
  SuiteVersionListSchema,
  SuiteVersionSchema,
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

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<SuiteVersionList> {
    return this.rpc.call(EvaluatorService.method.listSuites, { tenant, ...given(query) });
  }

  @Route(get)
  get(@Incoming() { tenant, params, query }: CallOf<typeof get>): Promise<SuiteVersion> {
    return this.rpc.call(EvaluatorService.method.getSuite, { tenant, name: params['name'] ?? '', ...given(query) });
  }
}
