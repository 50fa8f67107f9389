import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { EvaluatorService, SwitchyardError, type OutcomeComparison } from '@switchyard/contracts';
import type { Shown } from './harm.repository.js';

/** What the evaluator's record tells of runs that were given something. */
@Injectable()
export class OutcomesAsker {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /** Undefined: there is no evaluator to ask now. */
  async compare({ tenant, withRunIds, withoutRunIds }: Shown): Promise<OutcomeComparison | undefined> {
    try {
      return await this.rpc.call(EvaluatorService.method.compareOutcomes, { tenant, withRunIds, withoutRunIds });
    } catch (error) {
      if (error instanceof SwitchyardError && error.code.startsWith('rpc.')) return undefined;
      throw error;
    }
  }
}
