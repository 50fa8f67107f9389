import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  ApiKeyListSchema,
  ApiKeySchema,
  CreateKeyReplySchema,
  CreateKeyRequestSchema,
  RouterService,
  SwitchyardError,
  type ApiKey,
  type ApiKeyList,
  type CreateKeyReply,
} from '@switchyard/contracts';
import { KeyVerifier } from '../auth/key-verifier.service.js';
import { SCOPES } from '../auth/scopes.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const list = route({
  method: 'GET',
  path: '/v1/keys',
  access: 'admin',
  tag: 'keys',
  summary: "List the tenant's API keys, without their secrets",
  replies: { 200: { message: ApiKeyListSchema } },
});

const make = route({
  method: 'POST',
  path: '/v1/keys',
  access: 'admin',
  tag: 'keys',
  summary: 'Make an API key',
  description:
    'The secret is in this answer and nowhere else: only its hash is kept. Scopes: read, run (includes read), admin (includes both).',
  body: { message: CreateKeyRequestSchema, tenantAt: 'tenant' },
  replies: { 201: { message: CreateKeyReplySchema } },
});

const revoke = route({
  method: 'DELETE',
  path: '/v1/keys/:id',
  access: 'admin',
  tag: 'keys',
  summary: 'Revoke an API key',
  description: 'A replica that saw the key a moment ago may accept it for some seconds more.',
  replies: { 200: { message: ApiKeySchema } },
});

@Controller()
export class KeysController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(KeyVerifier) private readonly verifier: KeyVerifier,
  ) {}

  @Route(list)
  list(@Incoming() { tenant }: CallOf<typeof list>): Promise<ApiKeyList> {
    return this.rpc.call(RouterService.method.listKeys, { tenant });
  }

  @Route(make)
  make(@Incoming() { body }: CallOf<typeof make>): Promise<CreateKeyReply> {
    const unknown = body.scopes.find((scope) => !SCOPES.some((known) => known === scope));
    if (unknown !== undefined) {
      throw new SwitchyardError(
        'contract.invalid',
        `There is no scope "${unknown.slice(0, 64)}": use ${SCOPES.join(', ')}.`,
        {
          details: { field: 'scopes' },
        },
      );
    }
    return this.rpc.call(RouterService.method.createKey, body);
  }

  @Route(revoke)
  async revoke(@Incoming() { tenant, params }: CallOf<typeof revoke>): Promise<ApiKey> {
    const key = await this.rpc.call(RouterService.method.revokeKey, { tenant, id: params['id'] ?? '' });
    this.verifier.forget();
    return key;
  }
}
