import type { Backend } from '../profile/backend.js';

export interface DiscoverOptions {
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** Look for servers on this machine's usual ports. Default true. */
  probeLocal?: boolean;
  /** For each local server, in milliseconds. Default 400. */
  timeoutMs?: number;
}

/** A backend that was found, and how. */
export interface DiscoveredBackend {
  backend: Backend;
  /** For a person, e.g. `OPENAI_API_KEY is set` or `Ollama answers on http://127.0.0.1:11434`. */
  found: string;
}

/** Finds backends by the API keys in `env` and by the servers on this machine, in the catalogue's order. */
export async function discoverBackends(
  _env: Readonly<Record<string, string | undefined>>,
  _options: DiscoverOptions = {},
): Promise<DiscoveredBackend[]> {
  throw new Error('not built yet');
}
