import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  EmptySchema,
  SecretListSchema,
  SecretRotationSchema,
  SecretSchema,
  SetSecretRequestSchema,
  ToolHostService,
  type Empty,
  type Secret,
  type SecretList,
  type SecretRotation,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** What uses a secret is connected to anew before the answer; all of them may be many. */
const TIMEOUT_MS = 30_000;

const list = route({
  method: 'GET',
  path: '/v1/secrets',
  access: 'admin',
  tag: 'tools',
  summary: "List the tenant's secrets, without their values",
  replies: { 200: { message: SecretListSchema } },
});

const set = route({
  method: 'POST',
  path: '/v1/secrets/:name',
  access: 'admin',
  tag: 'tools',
  summary: 'Set a secret that servers of tools may use',
  description: [
    'The value is sealed and never told again, by no route. Where a definition names an environment variable it may name the secret',
    "instead, as `secret:NAME`. Servers connect with the secrets of the platform's own tenant; HTTP APIs are called with those of the",
    "caller's tenant where it has its own. What uses the secret is connected to anew.",
  ].join(' '),
  body: {
    message: SetSecretRequestSchema,
    tenantAt: 'tenant',
    without: ['name', 'actor'],
    set: ({ params }) => ({ name: params['name'] ?? '' }),
  },
  replies: { 200: { message: SecretSchema } },
});

const remove = route({
  method: 'DELETE',
  path: '/v1/secrets/:name',
  access: 'admin',
  tag: 'tools',
  summary: 'Remove a secret',
  replies: { 200: { message: EmptySchema } },
});

const rotate = route({
  method: 'POST',
  path: '/v1/secrets-rotation',
  access: 'admin',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Put the secrets of all tenants under the current master key',
  description: 'Nothing connects anew: what they hold stays as it is. The answer names those that could not be opened.',
  replies: { 200: { message: SecretRotationSchema } },
});

@Controller()
export class SecretsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant }: CallOf<typeof list>): Promise<SecretList> {
    return this.rpc.call(ToolHostService.method.listSecrets, { tenant });
  }

  @Route(set)
  set(@Incoming() { body, identity }: CallOf<typeof set>): Promise<Secret> {
    const request = { ...body, actor: actorOf(identity) };
    return this.rpc.call(ToolHostService.method.setSecret, request, { timeoutMs: TIMEOUT_MS });
  }

  @Route(remove)
  remove(@Incoming() { tenant, params }: CallOf<typeof remove>): Promise<Empty> {
    return this.rpc.call(ToolHostService.method.removeSecret, { tenant, name: params['name'] ?? '' });
  }

  @Route(rotate)
  rotate(): Promise<SecretRotation> {
    return this.rpc.call(ToolHostService.method.rotateSecrets, {}, { timeoutMs: TIMEOUT_MS });
  }
}
