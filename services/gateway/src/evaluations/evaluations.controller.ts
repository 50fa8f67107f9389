import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  ConfigurationListSchema,
  EvaluationComparisonSchema,
  EvaluationEstimateSchema,
  EvaluationListSchema,
  EvaluationSchema,
  EvaluatorService,
  JudgeListSchema,
  fromWire,
  StartEvaluationRequestSchema,
  SurvivalReportSchema,
  type ConfigurationList,
  type Evaluation,
  type EvaluationComparison,
  type EvaluationEstimate,
  type EvaluationList,
  type StartEvaluationRequest,
  type SurvivalReport,
  type JudgeList,
} from '@switchyard/contracts';
import { given } from '../http/given.js';
import { syntaxOf } from '../http/parse-body.js';
import { limit, listOf, text, texts } from '../http/queries.js';
import { ownTenant } from '../http/read-call.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const settings = z.object({
  backend: text("Overrides the suite's."),
  repeats: z.coerce.number().int().min(1).max(1_000).optional().describe('How often each case is run.'),
  agent_version: text(
    'A version of the agent: its number, or the beginning of its content address; the current one where absent.',
  ),
  max_cost_usd: z.coerce.number().min(0).optional().describe('US dollars after which nothing more is started.'),
});

const start = route({
  method: 'POST',
  path: '/v1/evaluations',
  access: 'run',
  tag: 'evaluations',
  summary: 'Start an evaluation',
  description:
    'As JSON: {"suite": …} or {"suite_name": …, "suite_version"?}, with "backend"?, "agent_version"?, "repeats"?, "max_cost_usd"?. As application/yaml the body is the suite itself, as its file has it, and the rest goes into the query.',
  query: settings,
  body: { document: 'an evaluation', like: StartEvaluationRequestSchema, yaml: true },
  replies: { 202: { message: EvaluationSchema } },
});

const estimate = route({
  method: 'POST',
  path: '/v1/evaluations/estimate',
  access: 'read',
  tag: 'evaluations',
  summary: 'Estimate what an evaluation would take, by the record',
  description: 'With the body of an evaluation. Nothing is started.',
  query: settings,
  body: { document: 'an evaluation', like: StartEvaluationRequestSchema, yaml: true },
  replies: { 200: { message: EvaluationEstimateSchema } },
});

const list = route({
  method: 'GET',
  path: '/v1/evaluations',
  access: 'read',
  tag: 'evaluations',
  summary: 'List evaluations, the newest first',
  query: z.object({ limit: limit(200, 50) }),
  replies: { 200: { message: EvaluationListSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/evaluations/:id',
  access: 'read',
  tag: 'evaluations',
  summary: 'Get an evaluation with a page of its results',
  query: z.object({
    limit: limit(500, 500),
    offset: z.coerce.number().int().min(0).max(10_000_000).optional().describe('Results to skip.'),
  }),
  replies: { 200: { message: EvaluationSchema } },
});

const compare = route({
  method: 'GET',
  path: '/v1/evaluations/:id/comparison',
  access: 'read',
  tag: 'evaluations',
  summary: 'Compare an evaluation with an earlier one of its suite',
  description:
    'PASS, FAIL or INCONCLUSIVE for each scorer and on the whole, with intervals, what each costs and takes, and critical cases as a veto. Without `baseline` the newest completed evaluation of the suite and agent before it, with another configuration if there is one.',
  query: z.object({
    baseline: text('The evaluation to compare with.'),
    margin: z.coerce.number().optional().describe('By how much scores may be worse, above 0; 0.02 where absent.'),
    tolerated: z.coerce.number().optional().describe('FAIL takes the proof of more than this; 0 where absent.'),
    alpha: z.coerce.number().optional().describe('Chance of a wrong answer; 0.05 where absent.'),
    scorer: texts('Only this scorer.'),
  }),
  replies: { 200: { message: EvaluationComparisonSchema } },
});

const cancel = route({
  method: 'POST',
  path: '/v1/evaluations/:id/cancel',
  access: 'run',
  tag: 'evaluations',
  summary: 'Cancel an evaluation',
  replies: { 200: { message: EvaluationSchema } },
});

const configurations = route({
  method: 'GET',
  path: '/v1/configurations',
  access: 'read',
  tag: 'evaluations',
  summary: 'List what is known of each configuration',
  description:
    'With `like`: that one, and those that are the same but for the parts in `but_for`, each with what it differs in.',
  query: z.object({
    agent: text('Only configurations of this agent.'),
    like: text('A fingerprint, or its first 8 digits or more.'),
    but_for: texts('A part that may differ: agent_version, backend, parameters, tools or platform_version.'),
    task_class: text('Only runs of this class of task count.'),
  }),
  replies: { 200: { message: ConfigurationListSchema } },
});

const survival = route({
  method: 'GET',
  path: '/v1/survival',
  access: 'read',
  tag: 'evaluations',
  summary: 'How long configurations stay in use, and what ends them',
  description:
    'Kaplan–Meier curves with intervals and bands, restricted means, the share ended by each cause, a log-rank test between groups, and the lives themselves.',
  query: z.object({
    agent: text('Only configurations of this agent.'),
    task_class: text('Only runs of this class of task count.'),
    by: z.enum(['all', 'agent', 'backend']).optional().describe('What curves are drawn and compared by.'),
    unit: z.enum(['days', 'runs']).optional().describe('The unit of a life; days where absent.'),
    quiet_days: z.coerce
      .number()
      .positive()
      .optional()
      .describe('Days without a run after which one that was followed counts as ended; 1 where absent.'),
  }),
  replies: { 200: { message: SurvivalReportSchema } },
});

const judges = route({
  method: 'GET',
  path: '/v1/judges',
  access: 'read',
  tag: 'evaluations',
  summary: 'List the judges that gave scores, and how they agree with people',
  description: 'Labels are feedback under the name of the scorer, of the last ninety days.',
  query: z.object({ scorer: text('Only of scorers of this name.') }),
  replies: { 200: { message: JudgeListSchema } },
});

@Controller()
export class EvaluationsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(start)
  start(@Incoming() call: CallOf<typeof start>): Promise<Evaluation> {
    return this.rpc.call(EvaluatorService.method.startEvaluation, requestOf(call));
  }

  @Route(estimate)
  estimate(@Incoming() call: CallOf<typeof estimate>): Promise<EvaluationEstimate> {
    return this.rpc.call(EvaluatorService.method.estimateEvaluation, requestOf(call));
  }

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<EvaluationList> {
    return this.rpc.call(EvaluatorService.method.listEvaluations, { tenant, ...given(query) });
  }

  @Route(get)
  get(@Incoming() { tenant, params, query }: CallOf<typeof get>): Promise<Evaluation> {
    const id = params['id'] ?? '';
    return this.rpc.call(EvaluatorService.method.getEvaluation, { tenant, id, ...given(query) });
  }

  @Route(compare)
  compare(@Incoming() { tenant, params, query }: CallOf<typeof compare>): Promise<EvaluationComparison> {
    const { scorer, ...settings } = query;
    return this.rpc.call(EvaluatorService.method.compareEvaluations, {
      ...{ tenant, candidate: params['id'] ?? '', scorers: listOf(scorer) },
      ...given(settings),
    });
  }

  @Route(cancel)
  cancel(@Incoming() { tenant, params }: CallOf<typeof cancel>): Promise<Evaluation> {
    return this.rpc.call(EvaluatorService.method.cancelEvaluation, { tenant, id: params['id'] ?? '' });
  }

  @Route(survival)
  survival(@Incoming() { tenant, query }: CallOf<typeof survival>): Promise<SurvivalReport> {
    const { task_class: taskClass, quiet_days: quietDays, ...rest } = query;
    return this.rpc.call(EvaluatorService.method.getSurvival, { tenant, ...given({ ...rest, taskClass, quietDays }) });
  }

  @Route(configurations)
  configurations(@Incoming() { tenant, query }: CallOf<typeof configurations>): Promise<ConfigurationList> {
    const { but_for: butFor, task_class: taskClass, ...rest } = query;
    return this.rpc.call(EvaluatorService.method.listConfigurations, {
      tenant,
      ...given({ ...rest, taskClass }),
      butFor: listOf(butFor),
    });
  }

  @Route(judges)
  judges(@Incoming() { tenant, query }: CallOf<typeof judges>): Promise<JudgeList> {
    return this.rpc.call(EvaluatorService.method.listJudges, { tenant, ...given(query) });
  }
}

function requestOf({ tenant, query, body, request }: CallOf<typeof start>): StartEvaluationRequest {
  const yaml = syntaxOf(request.headers['content-type']) === 'yaml';
  return fromWire(StartEvaluationRequestSchema, {
    ...(yaml ? { suite: body } : body),
    ...given(query),
    tenant: ownTenant(yaml ? undefined : body['tenant'], tenant),
  });
}
