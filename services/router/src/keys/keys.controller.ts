import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  ApiKeyListSchema,
  ApiKeySchema,
  CreateKeyReplySchema,
  RouterService,
  timestampFromDate,
  type CreateKeyRequest,
  type RevokeKeyRequest,
  type TenantQuery,
  type VerifyKeyRequest,
} from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import type { KeyRow } from './keys.repository.js';
import { KeysService } from './keys.service.js';

@Controller()
export class KeysController {
  constructor(@Inject(KeysService) private readonly keys: KeysService) {}

  @Rpc(RouterService.method.createKey)
  async create({ tenant, name, scopes }: CreateKeyRequest): Promise<Init<typeof CreateKeyReplySchema>> {
    const { key, secret } = await this.keys.create(tenant, name, scopes);
    return { key: toMessage(key), secret };
  }

  @Rpc(RouterService.method.verifyKey)
  async verify({ secret }: VerifyKeyRequest): Promise<Init<typeof ApiKeySchema>> {
    return toMessage(await this.keys.verify(secret));
  }

  @Rpc(RouterService.method.listKeys)
  async list({ tenant }: TenantQuery): Promise<Init<typeof ApiKeyListSchema>> {
    return { keys: (await this.keys.list(tenant)).map(toMessage) };
  }

  @Rpc(RouterService.method.revokeKey)
  async revoke({ tenant, id }: RevokeKeyRequest): Promise<Init<typeof ApiKeySchema>> {
    return toMessage(await this.keys.revoke(tenant, id));
  }
}

function toMessage(row: KeyRow): Init<typeof ApiKeySchema> {
  const { id, tenant, name, scopes } = row;
  const createdAt = timestampFromDate(row.created_at);
  return row.revoked_at
    ? { id, tenant, name, scopes, createdAt, revokedAt: timestampFromDate(row.revoked_at) }
    : { id, tenant, name, scopes, createdAt };
}
