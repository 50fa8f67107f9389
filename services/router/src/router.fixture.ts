import { connectBus, ensureStreams, RpcClient, type Bus } from '@switchyard/bus';
import { loadConfig, type Config } from '@switchyard/config';
import { RouterService } from '@switchyard/contracts';
import { journalOwner, JournalStore } from '@switchyard/journal';
import { createDataSource, runMigrations } from '@switchyard/persistence';
import { startService, type RunningService } from '@switchyard/service';
import { freshDatabase, freshPrefix, testServers, waitFor } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import { ReconcilerService } from './dispatch/reconciler.service.js';
import { registryOwner, serviceDefinition } from './index.js';
import { StubTools, stubToolHost } from './tool-host.fixture.js';

/** A router as it is run, on a real NATS and a real Postgres, and what a test needs beside it. */
export interface RouterUnderTest {
  config: Config;
  /** Another service's connection. */
  bus: Bus;
  rpc: RpcClient;
  /** Looks at the tables. */
  dataSource: DataSource;
  /** Stands for the executor, which writes the journal too. */
  journal: JournalStore;
  services: RunningService[];
  /** What the tool host knows. */
  tools: StubTools;
  startToolHost(): Promise<RunningService>;
  /** One more router on the same servers. */
  startAnother(): Promise<RunningService>;
  stop(): Promise<void>;
}

export interface RouterOptions {
  environment?: Record<string, string>;
  /** Default true. */
  start?: boolean;
}

export async function startRouter(options: RouterOptions = {}): Promise<RouterUnderTest> {
  const [{ natsUrl }, database] = await Promise.all([
    testServers(),
    freshDatabase({
      name: 'registry and journal',
      prepare: (url) => runMigrations(url, [registryOwner, journalOwner]),
    }),
  ]);
  const config = loadConfig({
    NATS_URL: natsUrl,
    DATABASE_URL: database.url,
    SWITCHYARD_PREFIX: freshPrefix('router'),
    SWITCHYARD_LOG_LEVEL: 'silent',
    // Rounds are started by the tests, unless they say otherwise.
    SWITCHYARD_RECONCILE_MS: '3600000',
    // Tests that have no executors see all their work in the queue.
    SWITCHYARD_EXECUTOR_CONCURRENCY: '1000',
    ...options.environment,
  });
  const bus = await connectBus({ servers: natsUrl, name: 'test', prefix: config.prefix });
  await ensureStreams(bus);
  const dataSource = await createDataSource({
    url: database.url,
    schema: 'registry',
    entities: [...registryOwner.entities, ...journalOwner.entities],
  });
  const journal = new JournalStore(dataSource);
  const router: RouterUnderTest = {
    config,
    bus,
    rpc: new RpcClient(bus),
    dataSource,
    journal,
    services: [],
    tools: new StubTools(),
    startToolHost: async () => {
      const service = await startService(stubToolHost(router.tools), { config });
      router.services.push(service);
      return service;
    },
    startAnother: async () => {
      const service = await startService(serviceDefinition, { config });
      router.services.push(service);
      return service;
    },
    stop: async () => {
      await Promise.all(router.services.splice(0).map((service) => service.stop()));
      await deleteStreams(bus);
      await journal.close();
      await dataSource.destroy();
      await bus.close();
      await database.drop();
    },
  };
  if (options.start ?? true) {
    await router.startToolHost();
    const { app } = await router.startAnother();
    // Every router begins with a round; it is over before the tests count what theirs do.
    await waitFor(async () => (await app.get(ReconcilerService, { strict: false }).reconcile()).led);
  }
  return router;
}

/** All streams of the test's prefix. */
export async function deleteStreams(bus: Bus): Promise<void> {
  const manager = await bus.js.jetstreamManager();
  for await (const name of manager.streams.names(`${bus.prefix}.>`)) await manager.streams.delete(name);
}

/** A backend and an agent to submit tasks to. */
export async function applyDefaults(router: RouterUnderTest, definition: object = {}): Promise<void> {
  await router.rpc.call(RouterService.method.applyBackend, {
    name: 'sim',
    baseUrl: 'http://127.0.0.1:7460/v1',
    api: 'openai-chat',
    model: 'switchyard-simulator',
    simulated: true,
  });
  await router.rpc.call(RouterService.method.applyAgent, {
    tenant: 'default',
    definition: { name: 'helper', instructions: 'Help.', ...definition },
  });
}
