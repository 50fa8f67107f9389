import type { JsonObject } from '@switchyard/contracts';
import type { System } from './system.js';

export interface RestAnswer {
  status: number;
  headers: Headers;
  /** The parsed body; `{}` where the answer is no JSON object. */
  body: JsonObject;
  text: string;
}

export interface RestOptions {
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** Default: the system's first key, which may do everything. Null sends none. */
  key?: string | null;
  /** The n-th gateway of a system with several. Default 0. */
  replica?: number;
}

/** One plain HTTP request to the gateway, as curl makes it. */
export async function rest(
  system: Pick<System, 'connection'>,
  method: string,
  path: string,
  { body, headers = {}, key = system.connection.api_key, replica = 0 }: RestOptions = {},
): Promise<RestAnswer> {
  const url = new URL(path, system.connection.gateway_url);
  url.port = String(Number(url.port) + replica);
  const response = await fetch(url, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: objectOf(text), text };
}

function objectOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  } catch {
    // Pages, metrics and empty answers are not JSON; the test looks at `text`.
    return {};
  }
}
