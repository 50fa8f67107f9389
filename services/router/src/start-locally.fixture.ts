import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Bus, connectBus, PassThroughFilter, RpcClient, RpcServer, WorkServer } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { journalOwner } from '@switchyard/journal';
import { createDataSource } from '@switchyard/persistence';
import { CONFIG, LOGGER, type ServiceDefinition } from '@switchyard/service';
import { createLogger } from '@switchyard/telemetry';
import { DataSource } from 'typeorm';

export async function startService(definition: ServiceDefinition, { config }: { config: Config }) {
  const logger = createLogger(definition.name);
  logger.level = config.log.level;
  const bus = await connectBus({ servers: config.natsUrl, name: definition.name, prefix: config.prefix, logger });
  const rpc = new RpcClient(bus);
  const dataSource = definition.owner
    ? await createDataSource({
        url: config.databaseUrl,
        schema: definition.owner.schema,
        entities: [...definition.owner.entities, ...journalOwner.entities],
        poolSize: definition.poolSize ?? 4,
      })
    : undefined;
  const context = { config, logger: bus.logger, bus, rpc, ...(dataSource ? { dataSource } : {}) };
  class Core {}
  const providers = [
    { provide: Bus, useValue: bus },
    { provide: RpcClient, useValue: rpc },
    { provide: CONFIG, useValue: config },
    { provide: LOGGER, useValue: bus.logger },
    ...(dataSource ? [{ provide: DataSource, useValue: dataSource }] : []),
  ];
  class Root {}
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: Root,
      imports: [{ module: Core, global: true, providers, exports: providers }, definition.module(context)],
    },
    new FastifyAdapter(),
    { logger: ['error', 'warn'], abortOnError: false },
  );
  app.useGlobalFilters(new PassThroughFilter());
  app.connectMicroservice(
    { strategy: new RpcServer(bus, { service: definition.name, version: '0.1.0' }) },
    { inheritAppConfig: true },
  );
  const consumers = definition.workConsumers?.(context);
  if (consumers) app.connectMicroservice({ strategy: new WorkServer(bus, { consumers }) }, { inheritAppConfig: true });
  await app.startAllMicroservices();
  await app.init();
  return {
    name: definition.name,
    app,
    stop: async () => {
      await app.close();
      await bus.close();
      await dataSource?.destroy();
    },
  };
}
