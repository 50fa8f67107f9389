import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, SwitchyardError, type Policy } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { KnownAnswers } from '../context/known-answers.js';

/** The policies of tenants on tool calls. One that was applied holds as soon as what was known before is no longer fresh. */
@Injectable()
export class PoliciesService {
  readonly #known: KnownAnswers<readonly Policy[]>;

  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#known = new KnownAnswers(logger, 'No router answers; going on with the policies known');
  }

  /** @throws SwitchyardError `rpc.…` where nobody answers and they were never known: no call goes unjudged */
  async of(tenant: string): Promise<readonly Policy[]> {
    try {
      return await this.#known.of(tenant, async () => {
        const { policies } = await this.rpc.call(RouterService.method.listPolicies, { tenant });
        return policies;
      });
    } catch (error) {
      if (!this.#known.has(tenant) && isUnheard(error) && (await this.#isOlderRouter())) return [];
      throw error;
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
}

/** Nobody serves the method. */
function isUnheard(error: unknown): boolean {
  return error instanceof SwitchyardError && error.code === 'rpc.unavailable';
}
