import type { BodyInit } from 'undici';

/** A request that is ready to be sent, but for its credentials. */
export interface ApiRequest {
  method: string;
  url: URL;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Encoded. */
  cookies: string[];
  body?: BodyInit;
}
