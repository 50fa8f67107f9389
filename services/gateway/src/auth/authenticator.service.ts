import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { SwitchyardError } from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { KeyVerifier } from './key-verifier.service.js';
import { mustAllow, type Identity, type Scope } from './scopes.js';
import { TokenBuckets } from './token-bucket.js';

export interface Credentials {
  authorization: string | undefined;
  apiKey: string | undefined;
  /** Of the peer, so that guessing keys is slow. */
  address: string;
}

/** Wrong keys that one address may try, a second. */
const WRONG_KEYS_PER_SECOND = 10;

/** Decides who may do what, and how often. The limits are counted at each replica alone. */
@Injectable()
export class Authenticator {
  private readonly requests: TokenBuckets;
  private readonly wrongKeys = new TokenBuckets(WRONG_KEYS_PER_SECOND);

  constructor(
    @Inject(KeyVerifier) private readonly verifier: KeyVerifier,
    @Inject(CONFIG) config: Config,
  ) {
    this.requests = new TokenBuckets(config.gateway.requestsPerSecond);
  }

  /** @throws SwitchyardError `key.missing`, `key.invalid`, `key.scope`, `rate.limited` */
  async admit(credentials: Credentials, needed: Scope): Promise<Identity> {
    const identity = await this.identify(credentials);
    const verdict = this.requests.take(identity.keyId);
    if (!verdict.allowed) throw tooMany('This key makes more requests than it may', verdict.waitSeconds);
    mustAllow(identity, needed);
    return identity;
  }

  private async identify(credentials: Credentials): Promise<Identity> {
    const secret = secretOf(credentials);
    const attempts = this.wrongKeys.peek(credentials.address);
    // A key in use goes on working while somebody guesses from behind the same proxy.
    if (!attempts.allowed && !this.verifier.wasGood(secret))
      throw tooMany('Too many wrong keys from this address', attempts.waitSeconds);
    try {
      if (!secret.startsWith('sy_')) throw invalid();
      return await this.verifier.verify(secret);
    } catch (error) {
      if (error instanceof SwitchyardError && (error.code === 'key.invalid' || error.code.startsWith('contract.'))) {
        this.wrongKeys.take(credentials.address);
        throw invalid(error);
      }
      throw error;
    }
  }
}

function secretOf({ authorization, apiKey }: Credentials): string {
  const bearer = /^bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
  const secret = bearer ?? apiKey;
  if (secret) return secret;
  throw new SwitchyardError(
    'key.missing',
    'No API key: send "Authorization: Bearer sy_…". `switchyard up` prints the first one; connection.json in its data folder has it.',
  );
}

function invalid(cause?: unknown): SwitchyardError {
  return new SwitchyardError('key.invalid', 'This API key is not known or was revoked: check it, or make another.', {
    cause,
  });
}

function tooMany(what: string, waitSeconds: number): SwitchyardError {
  const seconds = Math.max(1, Math.ceil(waitSeconds));
  return new SwitchyardError('rate.limited', `${what}: wait ${seconds} s.`, {
    retryable: true,
    details: { retry_after_seconds: seconds },
  });
}
