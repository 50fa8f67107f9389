import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Bus, ConsumerSpec, RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import type { DatabaseOwner } from '@switchyard/persistence';
import type { Logger } from '@switchyard/telemetry';
import type { DataSource } from 'typeorm';

/** What a service is made of. Each service's index exports its own as `serviceDefinition`. */
export interface ServiceDefinition {
  /** As in subjects and discovery: "router". */
  name: string;
  /** The schema that the service owns, with its entities and migrations. */
  owner?: DatabaseOwner;
  /** Whether it reads and writes the journal too; only router and executor do. */
  usesJournal?: boolean;
  /** Connections of its pool. Default 4. */
  poolSize?: number;
  module: (context: ServiceContext) => DynamicModule;
  /** Work that it takes from the beginning; more can be added while it runs. */
  workConsumers?: (context: ServiceContext) => ConsumerSpec[];
  /** 'own': the service has an HTTP interface of its own and listens itself, in `configure`. Default 'health'. */
  http?: 'health' | 'own';
  /** Before the app starts: HTTP plugins, documentation. With `http: 'own'`, returns where to listen. */
  configure?: (app: NestFastifyApplication, context: ServiceContext) => Promise<ListenAddress | void>;
}

export interface ListenAddress {
  host: string;
  port: number;
}

/** What the skeleton gives to a service. */
export interface ServiceContext {
  readonly config: Config;
  readonly logger: Logger;
  readonly bus: Bus;
  readonly rpc: RpcClient;
  /** There when the definition names an owner or uses the journal. */
  readonly dataSource?: DataSource;
}
