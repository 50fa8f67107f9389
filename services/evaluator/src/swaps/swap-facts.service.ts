import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, SwitchyardError } from '@switchyard/contracts';
import { CertificatesService } from '../certificates/certificates.service.js';
import type { SwapFacts } from './next-act.js';
import type { Side, Swap } from './swap.js';
import { SwapRecordRepository } from './swap-record.repository.js';

/** Looks at what a swap depends on. */
@Injectable()
export class SwapFactsService {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(SwapRecordRepository) private readonly record: SwapRecordRepository,
    @Inject(CertificatesService) private readonly certificates: CertificatesService,
  ) {}

  /** @throws SwitchyardError `rpc.unavailable` and `database.…` (retryable): nothing is decided on half of what is to be known */
  async of(swap: Swap): Promise<SwapFacts> {
    const { tenant, agent, evaluations } = swap;
    const [current, candidateGone, baselineGone, standing, rollout, certificateEnded] = await Promise.all([
      this.rpc.call(RouterService.method.getAgent, { tenant, name: agent }),
      this.whyGone(swap.candidate),
      this.whyGone(swap.baseline),
      this.record.evaluations(
        tenant,
        evaluations.map(({ id }) => id),
      ),
      this.rollout(swap),
      this.whyEnded(swap),
    ]);
    return {
      current: { version: current.version, number: current.number },
      ...{ candidateGone, baselineGone, evaluations: standing, rollout, certificateEnded },
    };
  }

  private async whyGone({ backend }: Side): Promise<string> {
    if (backend === '') return '';
    const found = await orNothing(this.rpc.call(RouterService.method.getBackend, { name: backend }));
    return found ? '' : `The backend "${backend}" is gone: it was removed while the swap was under way.`;
  }

  private async rollout({ tenant, rollout: id }: Swap): Promise<SwapFacts['rollout']> {
    if (id === '') return undefined;
    const found = await orNothing(this.rpc.call(RouterService.method.getRollout, { tenant, id }));
    return found && { status: found.status, reason: found.reason };
  }

  /** Once the canary runs, what it shows counts for more than what was certified before it. */
  private async whyEnded({ tenant, certificate: id, status }: Swap): Promise<string> {
    if (id === '' || status === 'watching') return '';
    const certificate = await this.certificates.get({ $typeName: 'switchyard.v1.CertificateQuery', tenant, id });
    return certificate.status === 'in_force' ? '' : certificate.reason || certificate.status;
  }
}

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SwitchyardError && error.code.endsWith('.not_found')) return undefined;
    throw error;
  }
}
