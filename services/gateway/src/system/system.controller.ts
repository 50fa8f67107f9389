import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { BackendListSchema, RouterService, toErrorInfo, type JsonObject } from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
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
    const [services, backends] = await Promise.allSettled([this.discovery.find(), this.backends()]);
    const problems = [services, backends]
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => toErrorInfo(reason));
    return {
      version: this.config.version,
      tenant,
      key: { id: identity.keyId, name: identity.name, scopes: [...identity.scopes] },
      services: services.status === 'fulfilled' ? services.value : [],
      backends: backends.status === 'fulfilled' ? backends.value : [],
      problems: problems.map(({ code, message }) => ({ code, message })),
    };
  }

  private async backends(): Promise<JsonObject[]> {
    const list = messageJson(BackendListSchema, await this.rpc.call(RouterService.method.listBackends, {}));
    return list['backends'] as JsonObject[];
  }
}
