/** A data key under a master key. */
export interface WrappedKey {
  /** Which master key; never the key itself. */
  keyId: string;
  /** Base64. */
  wrapped: string;
}

/**
 * Keeps master keys and never hands them out: in this process (`LocalKeys`), or a key service that is asked. A port, so that
 * what is sealed does not depend on where the key is.
 */
export interface KeyWrapper {
  /** What new secrets are sealed under; undefined where there is no key, and nothing can be sealed. */
  readonly currentKeyId: string | undefined;
  /**
   * @param context what the key belongs to; has to be given again to unwrap it
   * @throws SwitchyardError `secrets.no_key`
   */
  wrap(dataKey: Buffer, context: string): Promise<WrappedKey>;
  /** @throws SwitchyardError `secrets.unknown_key`, `secrets.unreadable` */
  unwrap(key: WrappedKey, context: string): Promise<Buffer>;
}
