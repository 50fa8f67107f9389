import { SwitchyardError, type ApiKey } from '@switchyard/contracts';

/** What a key may do: `read` looks, `run` also starts and stops work, `admin` also changes how the platform works. */
export const SCOPES = ['read', 'run', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who asks: an API key, without its secret. */
export interface Identity {
  readonly keyId: string;
  readonly tenant: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

export function identityOf(key: ApiKey): Identity {
  return { keyId: key.id, tenant: key.tenant, name: key.name, scopes: key.scopes };
}

/** Who did it, as journals and records have it: by name, or by the key where it has none. */
export function actorOf({ name, keyId }: Pick<Identity, 'name' | 'keyId'>): string {
  return `user:${name || keyId}`;
}

/** A wider scope includes the narrower ones. */
export function allows(identity: Pick<Identity, 'scopes'>, needed: Scope): boolean {
  return SCOPES.slice(SCOPES.indexOf(needed)).some((scope) => identity.scopes.includes(scope));
}

/** @throws SwitchyardError `key.scope` */
export function mustAllow(identity: Pick<Identity, 'scopes'>, needed: Scope): void {
  if (allows(identity, needed)) return;
  const { scopes } = identity;
  throw new SwitchyardError(
    'key.scope',
    `This needs a key with scope "${needed}"; this one has ${scopes.join(', ') || 'none'}. Use another key, or make one with POST /v1/keys.`,
    { details: { needed, scopes: [...scopes] } },
  );
}
