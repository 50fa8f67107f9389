import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { connectBus, ensureStreams, RpcClient, RpcServer, WorkServer } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { asService, createLogger, startTelemetry } from '@switchyard/telemetry';
import { CoreModule } from './core.module.js';
import { addHealthRoutes } from './health-routes.js';
import { httpServerOptions } from './http-server.js';
import { listen } from './listen.js';
import { needsOf } from './needs.js';
import { NestLogger } from './nest-logger.js';
import { openDatabase } from './open-database.js';
import { OpenRequests } from './open-requests.js';
import type { ServiceContext, ServiceDefinition } from './service-definition.js';
import { sendLastSpans } from './send-last-spans.js';
import { Shutdown } from './shutdown.js';

export interface StartOptions {
  config: Config;
  /** Where /health and /metrics are served; 0 takes a free port; absent: no HTTP listener. */
  healthPort?: number;
}

export interface RunningService {
  readonly name: string;
  readonly app: NestFastifyApplication;
  /** Base URL of /health/live, /health/ready and /metrics. */
  readonly healthUrl?: string;
  /** Base URL of a service with an HTTP interface of its own. */
  readonly url?: string;
  /** Stops pulling, finishes or hands back what is in hand, closes. Again: the same stop. */
  stop(): Promise<void>;
}

/**
 * Starts one service in this process.
 *
 * @throws SwitchyardError saying what it cannot reach and what to do; nothing is left running
 */
export async function startService(definition: ServiceDefinition, options: StartOptions): Promise<RunningService> {
  const name = `switchyard-${definition.name}`;
  const shutdown = new Shutdown();
  return asService(name, async () => {
    try {
      return await start(definition, options, name, shutdown);
    } catch (error) {
      // Why it could not start is what counts; what then could not be closed either follows from it.
      await shutdown.run().catch(() => undefined);
      throw error;
    }
  });
}

async function start(
  definition: ServiceDefinition,
  options: StartOptions,
  name: string,
  shutdown: Shutdown,
): Promise<RunningService> {
  const { config } = options;
  const context = await openContext(definition, config, name, shutdown);
  const streams = { replicas: config.streamReplicas };
  await ensureStreams(context.bus, streams);

  const transports = transportsOf(definition, context, streams);
  const requests = new OpenRequests();
  const app = await createApp(definition, context, transports, requests);
  shutdown.add(async () => {
    // Work and requests first, while everything that their handlers use still works.
    await Promise.all([transports.work.close(), transports.rpc.close(), requests.settled()]);
    await app.close();
  });
  const source = {
    name: definition.name,
    version: config.version,
    needs: needsOf(context),
    isStopping: () => shutdown.isRunning,
  };
  addHealthRoutes(app, source);
  const own = (await definition.configure?.(app, context)) ?? undefined;
  await app.init();
  await app.startAllMicroservices();
  await context.bus.nc.flush();

  const url = definition.http === 'own' && own ? await listen(app, own, definition.name) : undefined;
  const healthUrl = url ?? (await listenForHealth(app, definition, options));
  context.logger.info({ url: url ?? healthUrl }, `${definition.name} is ready`);
  return {
    name: definition.name,
    app,
    ...(healthUrl === undefined ? {} : { healthUrl }),
    ...(url === undefined ? {} : { url }),
    stop: () => shutdown.run(),
  };
}

async function openContext(
  definition: ServiceDefinition,
  config: Config,
  name: string,
  shutdown: Shutdown,
): Promise<ServiceContext> {
  const logger = createLogger(name, { level: config.log.level });
  const telemetry = startTelemetry({ service: name, version: config.version, otlpEndpoint: config.otlpEndpoint });
  shutdown.add(() => sendLastSpans(telemetry, logger));
  const bus = await connectBus({ servers: config.natsUrl, name, prefix: config.prefix, logger });
  shutdown.add(() => bus.close());
  const rpc = new RpcClient(bus);
  const dataSource = await openDatabase(definition, config);
  if (!dataSource) return { config, logger, bus, rpc };
  shutdown.add(() => dataSource.destroy());
  return { config, logger, bus, rpc, dataSource };
}

interface Transports {
  work: WorkServer;
  rpc: RpcServer;
}

function transportsOf(
  definition: ServiceDefinition,
  context: ServiceContext,
  streams: { replicas: number },
): Transports {
  const { bus, config } = context;
  const graceMs = config.stopGraceMs;
  return {
    work: new WorkServer(bus, {
      consumers: definition.workConsumers?.(context) ?? [],
      ...{ graceMs, streams, ackWaitMs: config.ackWaitMs },
    }),
    rpc: new RpcServer(bus, { service: definition.name, version: config.version, graceMs }),
  };
}

async function createApp(
  definition: ServiceDefinition,
  context: ServiceContext,
  transports: Transports,
  requests: OpenRequests,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(httpServerOptions(context.config.gateway.maxBodyBytes));
  const root = { module: RootModule, imports: [CoreModule.register(context, transports), definition.module(context)] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(createLogger('nest', { level: context.config.log.level })),
    abortOnError: false,
  });
  requests.watch(app);
  app.connectMicroservice({ strategy: transports.rpc });
  app.connectMicroservice({ strategy: transports.work });
  return app;
}

@Module({})
class RootModule {}

function listenForHealth(
  app: NestFastifyApplication,
  definition: ServiceDefinition,
  options: StartOptions,
): Promise<string | undefined> {
  if (options.healthPort === undefined) return Promise.resolve(undefined);
  return listen(app, { host: options.config.health.host, port: options.healthPort }, definition.name);
}
