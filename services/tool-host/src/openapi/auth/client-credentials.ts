import { createHash } from 'node:crypto';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { shown } from '../../builtin/fetch/guarded-target.js';
import type { ApiClient } from '../http/api-client.js';
import { isObject } from '../document/json.js';

export interface ClientGrant {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scopes: readonly string[];
}

interface KeptToken {
  value: string;
  /** In the time of `now`. */
  expiresAt: number;
}

/** A token server that takes longer is not waited for; the call has failed and may be made again. */
const TIMEOUT_MS = 15_000;
const MAX_BYTES = 64 * 1_024;
/** Without a word of the server (RFC 6749, 5.1: "recommended"). */
const DEFAULT_LIFE_S = 300;
/** A token that ends while the request is under way is of no use. */
const MARGIN_MS = 10_000;

/** Access tokens by the client credentials grant (RFC 6749, 4.4), each asked for once and kept until shortly before it ends. */
export class ClientCredentials {
  private readonly kept = new Map<string, Promise<KeptToken>>();

  constructor(
    private readonly server: string,
    private readonly client: Pick<ApiClient, 'send'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws SwitchyardError `tool.unauthorized` */
  async token(grant: ClientGrant): Promise<string> {
    const key = keyOf(grant);
    const pending = this.kept.get(key);
    if (!pending) return (await this.ask(key, grant)).value;
    const known = await pending;
    if (known.expiresAt > this.now()) return known.value;
    // The first that finds it at its end asks for another one; the rest wait for that.
    if (this.kept.get(key) === pending) this.kept.delete(key);
    return this.token(grant);
  }

  /** A token that the API did not take is not tried again. */
  forget(grant: ClientGrant): void {
    this.kept.delete(keyOf(grant));
  }

  /** One question for all calls that wait for its answer. */
  private ask(key: string, grant: ClientGrant): Promise<KeptToken> {
    const asked = this.request(grant).catch((error: unknown) => {
      if (this.kept.get(key) === asked) this.kept.delete(key);
      throw error;
    });
    this.kept.set(key, asked);
    return asked;
  }

  private async request({ tokenUrl, clientId, clientSecret, scopes }: ClientGrant): Promise<KeptToken> {
    const url = new URL(tokenUrl);
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    const asked = this.now();
    const answer = await this.client
      .send({
        method: 'POST',
        url,
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        ownHeaders: { authorization: basicOf(clientId, clientSecret) },
        body: form.toString(),
        fresh: true,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        maxBytes: MAX_BYTES,
      })
      .catch((cause: unknown) => {
        if (cause instanceof SwitchyardError) throw cause;
        throw this.refused(url, 'it gave no answer', true, cause);
      });
    const reply = jsonOf(answer.body);
    const token = reply['access_token'];
    if (answer.status !== 200 || typeof token !== 'string' || token === '' || /[^\x21-\x7e]/.test(token))
      throw this.refused(url, whyOf(answer.status, reply), answer.status >= 500 || answer.status === 429);
    const life = Number(reply['expires_in']);
    const seconds = Number.isFinite(life) && life > 0 ? life : DEFAULT_LIFE_S;
    return { value: token, expiresAt: asked + seconds * 1_000 - MARGIN_MS };
  }

  private refused(url: URL, why: string, retryable: boolean, cause?: unknown): SwitchyardError {
    return new SwitchyardError(
      'tool.unauthorized',
      `The tool server "${this.server}" could not be called: no access token was had from ${shown(url)}: ${why}. Check the client's id and secret.`,
      { retryable, details: { server: this.server }, cause },
    );
  }
}

/** RFC 6749, 2.3.1: both are form-encoded first. */
function basicOf(id: string, secret: string): string {
  const encoded = [id, secret].map((text) => new URLSearchParams([['', text]]).toString().slice(1)).join(':');
  return `Basic ${Buffer.from(encoded).toString('base64')}`;
}

/** With the secret, as a hash: who has another one for the same client gets no token that this one was given. */
function keyOf({ tokenUrl, clientId, clientSecret, scopes }: ClientGrant): string {
  return JSON.stringify([tokenUrl, clientId, createHash('sha256').update(clientSecret).digest('hex'), scopes]);
}

function jsonOf(body: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isObject(value as JsonObject) ? (value as JsonObject) : {};
  } catch {
    // No JSON is no token, which is what is said of it.
    return {};
  }
}

/** The error's code alone (RFC 6749, 5.2): the rest is free text of the server. */
function whyOf(status: number, { error }: JsonObject): string {
  const code = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? `: ${error}` : '';
  return status === 200 ? 'its answer has no token' : `it answered with HTTP ${status}${code}`;
}
