import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkContext } from '@switchyard/bus';
import { create, RouterService, TaskRequestSchema, toValue } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { ReconcilerService } from '../dispatch/reconciler.service.js';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { publishedEvents, queuedWork, submit } from '../run.fixture.js';
import { TasksController } from './tasks.controller.js';

describe('a task that was committed', () => {
  let router: RouterUnderTest;
  let part: <T>(type: abstract new (...parameters: never[]) => T) => T;
  beforeAll(async () => {
    router = await startRouter();
    await applyDefaults(router);
    const app = router.services[1]?.app;
    if (!app) throw new Error('no router');
    part = (type) => app.get(type as never, { strict: false });
  });
  afterAll(() => router.stop());

  it('and comes again from the stream, because the acknowledgement was lost, is one run', async () => {
    const context: WorkContext = {
      kind: 'tasks',
      subject: router.bus.subjects.tasks('default'),
      headers: {},
      delivery: 1,
      timestamp: new Date(1_700_000_000_000),
      streamSeq: 42,
      msgId: undefined,
      signal: new AbortController().signal,
      lastRead: () => undefined,
    };
    const request = create(TaskRequestSchema, { agent: 'helper', input: toValue('twice') });
    const controller = part(TasksController);
    await controller.published(request, context);
    await controller.published(request, { ...context, delivery: 2 });
    expect(await sql(router.dataSource, `SELECT 1 FROM journal.runs WHERE input = '"twice"'`)).toHaveLength(1);
    await controller.published(request, { ...context, streamSeq: 43 });
    expect(await sql(router.dataSource, `SELECT 1 FROM journal.runs WHERE input = '"twice"'`)).toHaveLength(2);
  });

  it('and never reached the bus is dispatched by the reconciler, once, with its event', async () => {
    const dispatcher = part(DispatchService);
    const announce = dispatcher.announce.bind(dispatcher);
    dispatcher.announce = () => Promise.resolve();
    const { runId } = await submit(router, { input: 'lost' });
    dispatcher.announce = announce;
    expect(await queuedWork(router, runId)).toEqual([]);
    const reconciler = part(ReconcilerService);
    await waitFor(
      async () => {
        await reconciler.reconcile();
        return (await queuedWork(router, runId)).length > 0 && (await publishedEvents(router, runId)).length > 0;
      },
      { describe: 'the reconciler to dispatch it', intervalMs: 100 },
    );
    await reconciler.reconcile();
    expect(await queuedWork(router, runId)).toMatchObject([{ cause: 'accepted', msgId: `${runId}:accepted` }]);
    expect(await publishedEvents(router, runId)).toMatchObject([{ seq: 1, body: { case: 'runAccepted' } }]);
  });

  it('can be asked for with the key alone, by the reply that was lost', async () => {
    const first = await submit(router, { idempotencyKey: 'reply-lost' });
    const run = await router.rpc.call(RouterService.method.getRun, { tenant: 'default', runId: first.runId });
    expect(await submit(router, { idempotencyKey: 'reply-lost' })).toMatchObject({
      taskId: run.taskId,
      runId: run.runId,
      duplicate: true,
    });
  });
});
