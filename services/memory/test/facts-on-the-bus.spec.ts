import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBus, ensureStreams, RpcClient, type Bus } from '@switchyard/bus';
import { loadConfig, type Config } from '@switchyard/config';
import { MemoryService, RunEventSchema, type JsonObject } from '@switchyard/contracts';
import { runMigrations } from '@switchyard/persistence';
import { startService, type RunningService } from '@switchyard/service';
import { freshDatabase, freshPrefix, testServers, waitFor, type FreshDatabase } from '@switchyard/testing';
import { FakeRouter } from '../src/derivations/router.fixture.js';
import { serviceDefinition } from '../src/index.js';
import { memoryOwner } from '../src/persistence/memory-owner.js';
import { fakeRouterDefinition } from './router-service.fixture.js';

const tenant = 'default';
const router = new FakeRouter();
let config: Config;
let database: FreshDatabase;
let bus: Bus;
let rpc: RpcClient;
let routerService: RunningService;
const replicas: RunningService[] = [];

const start = async () => {
  replicas.push(await startService(serviceDefinition, { config }));
};
const stopAll = () => Promise.all(replicas.splice(0).map((replica) => replica.stop()));

beforeAll(async () => {
  const { natsUrl } = await testServers();
  database = await freshDatabase();
  await runMigrations(database.url, [memoryOwner]);
  config = loadConfig({
    NATS_URL: natsUrl,
    DATABASE_URL: database.url,
    SWITCHYARD_PREFIX: freshPrefix('facts'),
    SWITCHYARD_LOG_LEVEL: 'silent',
    SWITCHYARD_EMBEDDER: 'none',
  });
  bus = await connectBus({ servers: natsUrl, name: 'test', prefix: config.prefix });
  await ensureStreams(bus);
  rpc = new RpcClient(bus);
  routerService = await startService(fakeRouterDefinition(router), { config });
  router.memory = { remember: 'conversations', facts: { agent: 'finder', maxUsdPerDay: 1 } };
  router.answer = (input) => ({
    facts: (input['episodes'] as JsonObject[])
      .filter(({ speaker }) => speaker === 'ann')
      .map(({ id, text }) => ({ statement: `Ann said once: ${String(text)}`, evidence: [String(id)] })),
  });
});

afterAll(async () => {
  await stopAll();
  await routerService.stop();
  const manager = await bus.js.jetstreamManager();
  for await (const name of manager.streams.names(`${bus.prefix}.>`)) await manager.streams.delete(name);
  await bus.close();
  await database.drop();
});

/** The end of a run, as often as it is delivered. */
async function tell(runId: string, copies = 3) {
  const agent = router.run(runId).agent;
  const event = { tenant, runId, seq: 5, agent, body: { case: 'runCompleted', value: {} } } as const;
  const subject = bus.subjects.event(tenant, runId, 'RunCompleted');
  for (let copy = 0; copy < copies; copy += 1) await bus.publish(subject, RunEventSchema, event);
}
const found = async () => {
  const { memories } = await rpc.call(MemoryService.method.listMemories, { scope: { tenant }, kinds: ['fact'] });
  return memories.filter(({ provenance }) => provenance?.actor === 'finder');
};
/** Every event on the bus has been handled. */
const idle = async () => {
  const manager = await bus.js.jetstreamManager();
  const stream = await manager.streams.find(bus.subjects.event(tenant, 'run', 'RunCompleted'));
  await waitFor(
    async () => {
      const { num_pending, num_ack_pending } = await manager.consumers.info(stream, 'events-memory');
      return num_pending === 0 && num_ack_pending === 0;
    },
    { describe: 'all events to be handled' },
  );
};

describe('facts that agents find, on the bus', () => {
  it('are asked for once and counted once, however often ends are delivered, to whichever replica', async () => {
    await Promise.all([start(), start()]);
    for (let n = 0; n < 5; n += 1) {
      router.said(tenant, `run_${n}`, `w${n} is what I say`, `Noted ${n}.`, { thread: `th${n}` });
      await tell(`run_${n}`);
    }
    await idle();
    expect(router.tasks).toHaveLength(5);
    expect((await found()).map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);
    const { asks } = await rpc.call(MemoryService.method.memoryStatus, { tenant });
    expect(asks).toMatchObject([{ agent: 'finder', kind: 'facts', done: 5, waiting: 0, asked: 0, failed: 0 }]);
  });

  it('are taken where all that asked is gone before the answer comes', async () => {
    const before = (await found()).length;
    router.prompt = false;
    router.said(tenant, 'run_late', 'late is what I say', 'Noted late.', { thread: 'late' });
    await tell('run_late');
    await waitFor(() => Promise.resolve(router.tasks.length === 6), { describe: 'the ask' });
    await idle();
    await stopAll();
    for (const run of router.finish()) await tell(run);
    await start();
    await idle();
    expect((await found()).map(({ count }) => count)).toEqual(Array.from({ length: before + 1 }, () => 1));
    expect(router.tasks).toHaveLength(6);
  });
});
