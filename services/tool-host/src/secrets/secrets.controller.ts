import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  timestampFromDate,
  toErrorInfo,
  ToolHostService,
  type EmptySchema,
  type MessageInitShape,
  type SecretListSchema,
  type SecretQuery,
  type SecretRotationSchema,
  type SecretSchema,
  type SecretsQuery,
  type SetSecretRequest,
} from '@switchyard/contracts';
import { SealedOAuthStore } from '../mcp/auth/sealed-oauth-store.repository.js';
import { ToolServerPool } from '../servers/tool-server-pool.service.js';
import { SecretBox } from './secret-box.js';
import type { SecretRow } from './secrets.repository.js';
import { Secrets } from './secrets.service.js';

/** Any host answers for all pools. No answer has a value in it. */
@Controller()
export class SecretsController {
  constructor(
    @Inject(Secrets) private readonly secrets: Secrets,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(SealedOAuthStore) private readonly logins: SealedOAuthStore,
    @Inject(ToolServerPool) private readonly servers: ToolServerPool,
  ) {}

  @Rpc(ToolHostService.method.setSecret)
  async set(request: SetSecretRequest): Promise<MessageInitShape<typeof SecretSchema>> {
    const row = await this.secrets.set(request);
    // So that who asks at once for what uses it finds it at work.
    await this.servers.reconcile();
    await this.servers.settled();
    return shown(row);
  }

  @Rpc(ToolHostService.method.listSecrets)
  async list({ tenant }: SecretsQuery): Promise<MessageInitShape<typeof SecretListSchema>> {
    return { secrets: (await this.secrets.list(tenant)).map(shown) };
  }

  @Rpc(ToolHostService.method.removeSecret)
  async remove({ tenant, name }: SecretQuery): Promise<MessageInitShape<typeof EmptySchema>> {
    await this.secrets.remove(tenant, name);
    await this.servers.reconcile();
    return {};
  }

  @Rpc(ToolHostService.method.rotateSecrets)
  async rotate(): Promise<MessageInitShape<typeof SecretRotationSchema>> {
    const [secrets, logins] = [await this.secrets.rotate(), await this.logins.rotate()];
    const failed = [
      ...secrets.failed,
      ...logins.failed.map(({ server, error }) => ({ row: { tenant: '', name: `login of ${server}` }, error })),
    ];
    return {
      rewrapped: secrets.rewrapped + logins.rewrapped,
      current: secrets.current + logins.current,
      keyId: this.box.currentKeyId ?? '',
      failed: failed.map(({ row: { tenant, name }, error }) => ({ tenant, name, error: toErrorInfo(error) })),
    };
  }
}

function shown({
  name,
  used_by,
  pools,
  sealed,
  revision,
  updated_at,
  updated_by,
}: SecretRow): MessageInitShape<typeof SecretSchema> {
  return {
    name,
    usedBy: used_by,
    pools,
    keyId: sealed.keyId,
    revision,
    updatedAt: timestampFromDate(updated_at),
    updatedBy: updated_by,
  };
}
