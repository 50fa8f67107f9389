import { randomBytes } from 'node:crypto';
import { decrypt, encrypt, KEY_BYTES } from './aes-gcm.js';
import type { KeyWrapper } from './key-wrapper.js';
import { unreadable } from './secret-failure.js';

/** Of the form of `SealedSecret`: raised where it changes. */
const VERSION = 1;

/** A secret as it may lie anywhere: envelope encryption, AES-256-GCM under a data key of its own, which a master key wraps. */
export interface SealedSecret {
  v: number;
  /** Which master key wraps the data key: what is under an old one can be found. */
  keyId: string;
  wrapped: string;
  data: string;
}

/** Seals secrets and opens them. What is sealed for one context opens for no other: a row that is copied elsewhere is of no use. */
export class SecretBox {
  constructor(private readonly keys: KeyWrapper) {}

  /** Whether there is a key to seal with. */
  get isUsable(): boolean {
    return this.keys.currentKeyId !== undefined;
  }

  /** Which master key new secrets are sealed under. */
  get currentKeyId(): string | undefined {
    return this.keys.currentKeyId;
  }

  /**
   * @param context what the secret belongs to, such as `tool-server/<name>/oauth`
   * @throws SwitchyardError `secrets.no_key`
   */
  async seal(secret: string, context: string): Promise<SealedSecret> {
    const dataKey = randomBytes(KEY_BYTES);
    const { keyId, wrapped } = await this.keys.wrap(dataKey, context);
    const data = encrypt(Buffer.from(secret), dataKey, context);
    dataKey.fill(0);
    return { v: VERSION, keyId, wrapped, data };
  }

  /** @throws SwitchyardError `secrets.unknown_key`, `secrets.unreadable` */
  async open({ v, keyId, wrapped, data }: SealedSecret, context: string): Promise<string> {
    if (v !== VERSION) throw unreadable(new RangeError(`Sealed in form ${v}, of which this version knows nothing`));
    const dataKey = await this.keys.unwrap({ keyId, wrapped }, context);
    try {
      return decrypt(data, dataKey, context).toString();
    } catch (cause) {
      throw unreadable(cause);
    } finally {
      dataKey.fill(0);
    }
  }

  /** Wrapped under the current master key where it is under an older one; the secret itself is not touched. Undefined where nothing is to be done. */
  async rewrap(sealed: SealedSecret, context: string): Promise<SealedSecret | undefined> {
    if (!this.isUsable || sealed.keyId === this.keys.currentKeyId) return undefined;
    const dataKey = await this.keys.unwrap(sealed, context);
    const key = await this.keys.wrap(dataKey, context);
    dataKey.fill(0);
    return { ...sealed, ...key };
  }
}
