import { Controller, Inject, Module, type DynamicModule, type Type } from '@nestjs/common';
import { Bus, Rpc, RpcClient, Work, WorkServer, type WorkContext } from '@switchyard/bus';
import { loadConfig, type Config } from '@switchyard/config';
import { ExecWorkSchema, RouterService, type ExecWork, type TaskRequest } from '@switchyard/contracts';
import type { DatabaseOwner } from '@switchyard/persistence';
import type { Logger } from '@switchyard/telemetry';
import { freshPrefix, testServers } from '@switchyard/testing';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { ServiceDefinition } from './service-definition.js';
import { CONFIG, LOGGER } from './tokens.js';

class CreateThings1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE service_test.things (id int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE service_test.things');
  }
}

export const testOwner: DatabaseOwner = {
  schema: 'service_test',
  entities: [],
  migrations: [CreateThings1767225600000],
};

/** What the test's handlers do. */
export interface TestHandlers {
  work?: (message: ExecWork, context: WorkContext) => Promise<void>;
}

@Module({})
class TestModule {}

export function moduleOf(controllers: Type<unknown>[]): DynamicModule {
  return { module: TestModule, controllers };
}

/** A service with one RPC and one kind of work. */
export function testDefinition(
  name: string,
  handlers: TestHandlers = {},
  rest: Partial<ServiceDefinition> = {},
): ServiceDefinition {
  @Controller()
  class TestController {
    constructor(
      @Inject(CONFIG) private readonly config: Config,
      @Inject(LOGGER) private readonly logger: Logger,
      @Inject(Bus) private readonly bus: Bus,
      @Inject(RpcClient) private readonly rpc: RpcClient,
      @Inject(WorkServer) private readonly workServer: WorkServer,
    ) {}

    @Rpc(RouterService.method.submit)
    async submit(request: TaskRequest) {
      const injected = [
        this.config.prefix === this.bus.prefix,
        this.logger.info,
        this.rpc.call,
        this.workServer.addConsumer,
      ];
      return await Promise.resolve({ taskId: String(injected.every(Boolean)), runId: `${request.agent}@${name}` });
    }

    @Work('exec', ExecWorkSchema)
    async work(message: ExecWork, context: WorkContext): Promise<void> {
      await handlers.work?.(message, context);
    }
  }
  return {
    name,
    module: () => moduleOf([TestController]),
    workConsumers: ({ bus }) => [
      { kind: 'exec', durable: `${name}-work`, filters: [bus.subjects.exec(name, '*')], concurrency: 2 },
    ],
    ...rest,
  };
}

export async function testConfig(env: Readonly<Record<string, string>> = {}): Promise<Config> {
  const { natsUrl, postgresUrl } = await testServers();
  return loadConfig({
    NATS_URL: natsUrl,
    DATABASE_URL: postgresUrl,
    SWITCHYARD_PREFIX: freshPrefix('svc'),
    SWITCHYARD_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    SWITCHYARD_STOP_GRACE_MS: '2000',
    ...env,
  });
}

export { DataSource };
