import type { WireError } from './wire.js';

/** Says in headers how long to wait, in whole seconds and in milliseconds. */
export function retryHeaders({ retryAfterMs }: WireError): Record<string, string> {
  if (retryAfterMs === undefined) return {};
  return { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)), 'retry-after-ms': String(retryAfterMs) };
}
