import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, SwitchyardError, type Policy } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';

/** How long policies are used without asking again, in milliseconds: so soon one that was applied holds everywhere. */
const FRESH_MS = 2_000;
/** How long they are used while no router answers. */
const STALE_MS = 10 * 60_000;
const MAX_TENANTS = 256;

/** Nobody serves the method. */
function isUnheard(error: unknown): boolean {
  return error instanceof SwitchyardError && error.code === 'rpc.unavailable';
}

/** The policies of tenants on tool calls. */
@Injectable()
export class PoliciesService {
  readonly #known = new Map<string, { at: number; policies: readonly Policy[] }>();
  readonly #asking = new Map<string, Promise<readonly Policy[]>>();

  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws SwitchyardError `rpc.…` where nobody answers and they were never known: no call goes unjudged */
  async of(tenant: string): Promise<readonly Policy[]> {
    const known = this.#known.get(tenant);
    if (known && Date.now() - known.at < FRESH_MS) return known.policies;
    try {
      return await this.#ask(tenant);
    } catch (error) {
      if (!known && isUnheard(error) && (await this.#isOlderRouter())) return [];
      const mayUseOld =
        error instanceof SwitchyardError && error.retryable && known && Date.now() - known.at < STALE_MS;
      if (!mayUseOld) throw error;
      this.logger.warn({ err: error }, 'No router answers; going on with the policies known');
      return known.policies;
    }
  }

  /** While versions roll: a router that knows no policies has none, and answers what it knows. */
  async #isOlderRouter(): Promise<boolean> {
    const answered = await this.rpc.call(RouterService.method.listBackends, {}).catch((error: unknown) => {
      this.logger.debug({ err: error }, 'No router answers at all');
      return undefined;
    });
    return answered !== undefined;
  }

  /** Runs that ask at the same moment share one question. */
  #ask(tenant: string): Promise<readonly Policy[]> {
    const asking = this.#asking.get(tenant);
    if (asking) return asking;
    const asked = this.rpc
      .call(RouterService.method.listPolicies, { tenant })
      .then(({ policies }) => {
        this.#known.delete(tenant);
        this.#known.set(tenant, { at: Date.now(), policies });
        const oldest = this.#known.keys().next().value;
        if (this.#known.size > MAX_TENANTS && oldest !== undefined) this.#known.delete(oldest);
        return policies;
      })
      .finally(() => this.#asking.delete(tenant));
    this.#asking.set(tenant, asked);
    return asked;
  }
}
