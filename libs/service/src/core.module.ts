import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Bus, RpcClient, RpcServer, WorkServer } from '@switchyard/bus';
import { DataSource } from 'typeorm';
import type { ServiceContext } from './service-definition.js';
import { CONFIG, LOGGER } from './tokens.js';

/** What every class of a service can have injected, by class or by token. */
@Module({})
export class CoreModule {
  static register(context: ServiceContext, transports: { work: WorkServer; rpc: RpcServer }): DynamicModule {
    const providers: Provider[] = [
      { provide: CONFIG, useValue: context.config },
      { provide: LOGGER, useValue: context.logger },
      { provide: Bus, useValue: context.bus },
      { provide: RpcClient, useValue: context.rpc },
      { provide: WorkServer, useValue: transports.work },
      { provide: RpcServer, useValue: transports.rpc },
    ];
    if (context.dataSource) providers.push({ provide: DataSource, useValue: context.dataSource });
    return { module: CoreModule, global: true, providers, exports: providers };
  }
}
