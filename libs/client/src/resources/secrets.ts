import {
  fromStore,
  SecretListSchema,
  SecretRotationSchema,
  SecretSchema,
  type Secret,
  type SecretRotation,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

export interface SecretGrant {
  /** Servers of tools, and tools that come with the tool host: at least one. */
  usedBy: readonly string[];
  /** Pools whose hosts may open it; any where empty. */
  pools?: readonly string[];
}

/** Secrets that servers of tools use as `secret:NAME`. No answer has a value in it. */
export class Secrets {
  constructor(private readonly http: Http) {}

  async list(): Promise<Secret[]> {
    return fromStore(SecretListSchema, await this.http.json('GET', '/v1/secrets')).secrets;
  }

  /** @throws SwitchyardError `secrets.invalid`, `secrets.no_key` */
  async set(name: string, value: string, { usedBy, pools = [] }: SecretGrant): Promise<Secret> {
    const body = { value, used_by: [...usedBy], pools: [...pools] };
    return fromStore(SecretSchema, await this.http.json('POST', path(name), { body, repeatable: true }));
  }

  /** @throws SwitchyardError `secrets.not_found` */
  async remove(name: string): Promise<void> {
    await this.http.json('DELETE', path(name));
  }

  /** Puts those of all tenants under the current master key. */
  async rotate(): Promise<SecretRotation> {
    return fromStore(SecretRotationSchema, await this.http.json('POST', '/v1/secrets-rotation', { repeatable: true }));
  }
}

function path(name: string): string {
  return `/v1/secrets/${encodeURIComponent(name)}`;
}
