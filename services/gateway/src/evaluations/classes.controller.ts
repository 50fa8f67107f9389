import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  ApplyClassRulesRequestSchema,
  ClassifyRequestSchema,
  ClassRulesListSchema,
  ClassRulesSchema,
  EvaluatorService,
  fromWire,
  ReappliedClassesSchema,
  ReapplyClassesRequestSchema,
  SuggestClassesRequestSchema,
  SuggestedClassesSchema,
  TaskClassSchema,
  type ClassRules,
  type ClassRulesList,
  type ReappliedClasses,
  type SuggestedClasses,
  type TaskClass,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { syntaxOf } from '../http/parse-body.js';
import { limit, text } from '../http/queries.js';
import { ownTenant } from '../http/read-call.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** A thousand runs are read and grouped in some ten seconds on a busy machine. */
const SUGGEST_TIMEOUT_MS = 60_000;
/** A page of runs is closed after three seconds; the last of them may take a while. */
const REAPPLY_TIMEOUT_MS = 15_000;

const apply = route({
  method: 'POST',
  path: '/v1/classes',
  access: 'run',
  tag: 'evaluations',
  summary: 'Class the tasks of an agent, or of all agents, by these rules from now on',
  description:
    'As JSON: {"rules": …}. As application/yaml the body is the rules themselves, as their file has them. They take the place of those that held.',
  body: { document: 'rules of classes', like: ApplyClassRulesRequestSchema, yaml: true },
  replies: { 200: { message: ClassRulesSchema } },
});

const list = route({
  method: 'GET',
  path: '/v1/classes',
  access: 'read',
  tag: 'evaluations',
  summary: 'List the rules of classes that hold',
  query: z.object({
    agent: text('All that ever held of this agent instead, the newest first; "*" for those of every agent.'),
    limit: limit(200, 50),
  }),
  replies: { 200: { message: ClassRulesListSchema } },
});

const classify = route({
  method: 'POST',
  path: '/v1/classes/of',
  access: 'read',
  tag: 'evaluations',
  summary: 'Say of which class a task is, and why; nothing is run',
  body: { message: ClassifyRequestSchema, tenantAt: 'tenant' },
  replies: { 200: { message: TaskClassSchema } },
});

const reapply = route({
  method: 'POST',
  path: '/v1/classes/reapply',
  access: 'run',
  tag: 'evaluations',
  summary: 'Class a page of recorded runs by the rules that hold now',
  description: 'Ask again with `after` as `next` says, until that is empty. Asked twice, a page changes nothing.',
  body: { message: ReapplyClassesRequestSchema, tenantAt: 'tenant' },
  replies: { 200: { message: ReappliedClassesSchema } },
});

const suggest = route({
  method: 'POST',
  path: '/v1/classes/suggest',
  access: 'read',
  tag: 'evaluations',
  summary: 'Group what an agent was asked, and propose classes',
  description:
    'Nothing is stored. Personal data that has a form, and secrets, are taken out first; names of people are not: have a person read the words.',
  body: { message: SuggestClassesRequestSchema, tenantAt: 'tenant' },
  replies: { 200: { message: SuggestedClassesSchema } },
});

@Controller()
export class ClassesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(apply)
  apply(@Incoming() { tenant, body, request, identity }: CallOf<typeof apply>): Promise<ClassRules> {
    const yaml = syntaxOf(request.headers['content-type']) === 'yaml';
    const wire = {
      ...(yaml ? { rules: body } : body),
      tenant: ownTenant(yaml ? undefined : body['tenant'], tenant),
      actor: actorOf(identity),
    };
    return this.rpc.call(EvaluatorService.method.applyClassRules, fromWire(ApplyClassRulesRequestSchema, wire));
  }

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<ClassRulesList> {
    return this.rpc.call(EvaluatorService.method.listClassRules, { tenant, ...given(query) });
  }

  @Route(classify)
  classify(@Incoming() { body }: CallOf<typeof classify>): Promise<TaskClass> {
    return this.rpc.call(EvaluatorService.method.classify, body);
  }

  @Route(reapply)
  reapply(@Incoming() { body }: CallOf<typeof reapply>): Promise<ReappliedClasses> {
    return this.rpc.call(EvaluatorService.method.reapplyClasses, body, { timeoutMs: REAPPLY_TIMEOUT_MS });
  }

  @Route(suggest)
  suggest(@Incoming() { body }: CallOf<typeof suggest>): Promise<SuggestedClasses> {
    return this.rpc.call(EvaluatorService.method.suggestClasses, body, { timeoutMs: SUGGEST_TIMEOUT_MS });
  }
}
