import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { BackendListSchema, QueueListSchema, RouterService, toErrorInfo, type JsonObject } from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { allows } from '../auth/scopes.js';
import { messageJson } from '../http/reply.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';
import { discoveredServiceSchema } from './discovered-service.js';
import { ServiceDiscovery } from './service-discovery.service.js';

export const systemSchema = z.object({
  version: z.string(),
  tenant: z.string().describe("The key's."),
  key: z.object({ id: z.string(), name: z.string(), scopes: z.array(z.string()) }).describe('The key that asks.'),
  services: z.array(discoveredServiceSchema).describe('Every instance that answered on $SRV.'),
  backends: z
    .array(z.record(z.string(), z.unknown()))
    .describe('As GET /v1/backends; `simulated` where no model is behind it.'),
  waiting: z
    .array(z.record(z.string(), z.unknown()))
    .describe(
      'Runs that wait for room in the queue of their backend, by backend, tenant and priority: of the tenant, for administrators of the platform of all.',
    ),
  problems: z
    .array(z.object({ code: z.string(), message: z.string() }))
    .describe('What could not be found out, and why.'),
});

const show = route({
  method: 'GET',
  path: '/v1/system',
  access: 'read',
  tag: 'system',
  summary: 'Show version, running services and backends',
  replies: { 200: { json: systemSchema } },
});

@Controller()
export class SystemController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(ServiceDiscovery) private readonly discovery: ServiceDiscovery,
  ) {}

  @Route(show)
  async show(@Incoming() { tenant, identity }: CallOf<typeof show>): Promise<z.infer<typeof systemSchema>> {
    const seesAll = tenant === this.config.tenant && allows(identity, 'admin');
    const [services, backends, waiting] = await Promise.allSettled([
      this.discovery.find(),
      this.backends(),
      this.waiting(seesAll ? '' : tenant),
    ]);
    const problems = [services, backends, waiting]
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => toErrorInfo(reason));
    return {
      version: this.config.version,
      tenant,
      key: { id: identity.keyId, name: identity.name, scopes: [...identity.scopes] },
      services: services.status === 'fulfilled' ? services.value : [],
      backends: backends.status === 'fulfilled' ? backends.value : [],
      waiting: waiting.status === 'fulfilled' ? waiting.value : [],
      problems: problems.map(({ code, message }) => ({ code, message })),
    };
  }

  private async waiting(tenant: string): Promise<JsonObject[]> {
    const list = messageJson(QueueListSchema, await this.rpc.call(RouterService.method.listQueues, { tenant }));
    return list['queues'] as JsonObject[];
  }

  private async backends(): Promise<JsonObject[]> {
    const list = messageJson(BackendListSchema, await this.rpc.call(RouterService.method.listBackends, {}));
    return list['backends'] as JsonObject[];
  }
}
