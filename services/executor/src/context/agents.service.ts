import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, type AgentVersion } from '@switchyard/contracts';

/** Versions kept at once. A version never changes, so that none is ever out of date. */
const MAX_VERSIONS = 256;

/** Agent versions by their content address. */
@Injectable()
export class AgentsService {
  readonly #versions = new Map<string, Promise<AgentVersion>>();

  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /** @throws SwitchyardError `agent.not_found`, `rpc.…` */
  async get(tenant: string, name: string, version: string): Promise<AgentVersion> {
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
    asked.catch(() => this.#versions.delete(key));
    const oldest = this.#versions.keys().next().value;
    if (this.#versions.size > MAX_VERSIONS && oldest !== undefined) this.#versions.delete(oldest);
    return asked;
  }
}
