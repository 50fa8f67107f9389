import { connectBus, ensureStreams, RpcClient } from '@switchyard/bus';
import { loadConfig } from '@switchyard/config';
import {
  EvaluatorService,
  type Evaluation,
  type GiveFeedbackRequestSchema,
  type JsonObject,
  type MessageInitShape,
} from '@switchyard/contracts';
import { createDataSource, runMigrations, sql } from '@switchyard/persistence';
import { freshDatabase, freshPrefix, testServers, waitFor } from '@switchyard/testing';
import type { EvaluatorOptions } from '../src/evaluator-options.js';
import { evaluationOwner } from '../src/persistence/evaluation-owner.js';
import { defineEvaluator } from '../src/service-definition.js';
import { startService, type RunningService } from '@switchyard/service';
import { StubRouter, stubRouterDefinition } from './stub-router.fixture.js';

type FeedbackInit = Omit<MessageInitShape<typeof GiveFeedbackRequestSchema>, '$typeName'>;

/** An evaluator as it is run, on a real NATS and a real Postgres, with a router of the test's own making. */
export async function startEvaluator(options: Partial<EvaluatorOptions> = {}) {
  const [{ natsUrl }, database] = await Promise.all([
    testServers(),
    freshDatabase({ name: 'evaluation', prepare: (url) => runMigrations(url, [evaluationOwner]) }),
  ]);
  const config = loadConfig({
    NATS_URL: natsUrl,
    DATABASE_URL: database.url,
    SWITCHYARD_PREFIX: freshPrefix('evaluator'),
    SWITCHYARD_LOG_LEVEL: 'silent',
  });
  const bus = await connectBus({ servers: natsUrl, name: 'test', prefix: config.prefix });
  await ensureStreams(bus);
  const dataSource = await createDataSource({
    url: database.url,
    schema: 'evaluation',
    entities: evaluationOwner.entities,
  });
  const rpc = new RpcClient(bus);
  const router = new StubRouter();
  const routerService = await startService(stubRouterDefinition(router), { config });
  const evaluators: RunningService[] = [];
  const { method } = EvaluatorService;
  const tenant = 'default';

  const startOne = async (own: Partial<EvaluatorOptions> = {}) => {
    evaluators.push(await startService(defineEvaluator({ ...options, ...own }), { config }));
  };
  const stopAll = async () => {
    await Promise.all(evaluators.splice(0).map((service) => service.stop()));
  };
  const get = (id: string, page: { offset?: number; limit?: number } = {}) =>
    rpc.call(method.getEvaluation, { tenant, id, ...page });
  await startOne();

  return {
    ...{ config, bus, rpc, router, dataSource, databaseUrl: database.url, tenant, startOne, stopAll, get },
    start: (suite: JsonObject, overrides: { backend?: string; repeats?: number } = {}) =>
      rpc.call(method.startEvaluation, { tenant, suite, ...overrides }),
    cancel: (id: string) => rpc.call(method.cancelEvaluation, { tenant, id }),
    outcome: (runId: string) => rpc.call(method.getOutcome, { tenant, runId }),
    configurations: async (agent = '', more: { like?: string; butFor?: string[]; taskClass?: string } = {}) =>
      (await rpc.call(method.listConfigurations, { tenant, agent, ...more })).configurations,
    judges: async (scorer: string) => (await rpc.call(method.listJudges, { tenant, scorer })).judges,
    feedback: (said: FeedbackInit) => rpc.call(method.giveFeedback, { tenant, ...said }),
    feedbackOf: async (runId: string, revisions = false) =>
      (await rpc.call(method.listFeedback, { tenant, runId, revisions })).feedback,
    completed: (id: string): Promise<Evaluation> =>
      waitFor(
        async () => {
          const { status } = await get(id, { limit: 1 });
          return status === 'running' ? undefined : get(id);
        },
        { intervalMs: 50, describe: `evaluation ${id} to end` },
      ),
    /** Every event on the bus has been handled. */
    idle: async () => {
      const manager = await bus.js.jetstreamManager();
      const stream = await manager.streams.find(bus.subjects.event(tenant, 'run', 'RunCompleted'));
      await waitFor(
        async () => {
          const { num_pending, num_ack_pending } = await manager.consumers.info(stream, 'events-evaluator');
          return num_pending === 0 && num_ack_pending === 0;
        },
        { describe: 'all events to be handled' },
      );
    },
    count: async (table: string): Promise<number> => {
      const [row] = await sql<{ n: number }>(dataSource, `SELECT count(*)::integer AS n FROM evaluation.${table}`);
      return row?.n ?? 0;
    },
    stop: async () => {
      await stopAll();
      await routerService.stop();
      const manager = await bus.js.jetstreamManager();
      for await (const name of manager.streams.names(`${bus.prefix}.>`)) await manager.streams.delete(name);
      await dataSource.destroy();
      await bus.close();
      await database.drop();
    },
  };
}

export type EvaluatorFixture = Awaited<ReturnType<typeof startEvaluator>>;

/** A suite of so many cases, each expecting "yes". */
export function suiteOf(cases: number, parts: JsonObject = {}): JsonObject {
  return {
    suite: 'test',
    agent: 'helper',
    scorers: ['exact'],
    cases: Array.from({ length: cases }, (_, n) => ({ id: `case-${n}`, input: `question ${n}`, expected: 'yes' })),
    ...parts,
  };
}
