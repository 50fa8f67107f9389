import { RouterService, type AgentVersion } from '@switchyard/contracts';
import type { RpcClient } from './rpc-client.js';

/** Versions kept at once. A version never changes, so that none is ever out of date. */
const MAX_VERSIONS = 256;

/** Agent versions by their content address, each asked for once. */
export class AgentVersions {
  readonly #versions = new Map<string, Promise<AgentVersion>>();

  constructor(private readonly rpc: Pick<RpcClient, 'call'>) {}

  /** @throws SwitchyardError `agent.not_found`, `rpc.…` */
  async get(tenant: string, name: string, version: string): Promise<AgentVersion> {
    // The current one, which is another one tomorrow.
    if (version === '') return this.rpc.call(RouterService.method.getAgent, { tenant, name });
    const key = `${tenant}/${name}/${version}`;
    const known = this.#versions.get(key);
    if (known) {
      // The most recently used stand last.
      this.#versions.delete(key);
      this.#versions.set(key, known);
      return known;
    }
    const asked = this.rpc.call(RouterService.method.getAgent, { tenant, name, version });
    this.#versions.set(key, asked);
    // A failure is not kept.
    asked.catch(() => this.#versions.delete(key));
    const oldest = this.#versions.keys().next().value;
    if (this.#versions.size > MAX_VERSIONS && oldest !== undefined) this.#versions.delete(oldest);
    return asked;
  }
}
