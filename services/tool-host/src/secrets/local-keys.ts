import { createHash } from 'node:crypto';
import { SwitchyardError } from '@switchyard/contracts';
import { decrypt, encrypt, KEY_BYTES } from './aes-gcm.js';
import type { KeyWrapper, WrappedKey } from './key-wrapper.js';
import { unreadable } from './secret-failure.js';

const ID_LENGTH = 16;

/** Master keys in this process: the first seals, all open. Rotation: put a new one first, and remove an old one when nothing is under it. */
export class LocalKeys implements KeyWrapper {
  readonly currentKeyId: string | undefined;
  readonly #keys: ReadonlyMap<string, Buffer>;

  constructor(keys: readonly Buffer[]) {
    this.#keys = new Map(keys.map((key) => [idOf(key), key]));
    this.currentKeyId = keys[0] && idOf(keys[0]);
  }

  /**
   * Keys of 32 bytes as base64, base64url or hex, separated by commas or white space, as a variable or a file has them.
   *
   * @throws SwitchyardError `secrets.invalid_key` that does not show them
   */
  static parse(text: string): LocalKeys {
    const words = text.split(/[\s,]+/).filter((word) => word !== '');
    return new LocalKeys(words.map(parseKey));
  }

  wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    const keyId = this.currentKeyId;
    const key = keyId === undefined ? undefined : this.#keys.get(keyId);
    if (keyId === undefined || !key) return Promise.reject(noKey());
    return Promise.resolve({ keyId, wrapped: encrypt(dataKey, key, context) });
  }

  async unwrap({ keyId, wrapped }: WrappedKey, context: string): Promise<Buffer> {
    const key = this.#keys.get(keyId);
    if (!key) throw unknownKey(keyId);
    try {
      return decrypt(wrapped, key, context);
    } catch (cause) {
      throw unreadable(cause);
    }
  }
}

function parseKey(word: string, index: number): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(word) ? Buffer.from(word, 'hex') : Buffer.from(word, 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new SwitchyardError(
    'secrets.invalid_key',
    `Key ${index + 1} of SWITCHYARD_SECRET_KEY has ${key.length} bytes instead of ${KEY_BYTES}. Make one with \`openssl rand -base64 32\`.`,
  );
}

function idOf(key: Buffer): string {
  return createHash('sha256').update('switchyard master key id').update(key).digest('hex').slice(0, ID_LENGTH);
}

function noKey(): SwitchyardError {
  return new SwitchyardError(
    'secrets.no_key',
    'This tool host has no key to seal secrets with. Set SWITCHYARD_SECRET_KEY or SWITCHYARD_SECRET_KEY_FILE (`openssl rand -base64 32`), the same at every tool host, and start again.',
  );
}

function unknownKey(keyId: string): SwitchyardError {
  return new SwitchyardError(
    'secrets.unknown_key',
    `A secret is sealed under the key ${keyId}, which this tool host does not have. Add it after the current one in SWITCHYARD_SECRET_KEY, or give the secret anew.`,
    { details: { key_id: keyId } },
  );
}
