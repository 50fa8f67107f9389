import { Inject, Injectable } from '@nestjs/common';
import { RpcClient, withOutput } from '@switchyard/bus';
import { RouterService } from '@switchyard/contracts';
import { mayBeAttempt } from '../evaluations/attempt.js';
import { mayBeJudgement } from '../judgements/judgement.js';
import { endedRunOfRecord, type EndedRun } from './ended-run.js';

/** Asks the router how a run ended: an event says where to look, and the journal what is true. */
@Injectable()
export class EndedRuns {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /**
   * Undefined while it goes on. Its output, where that is too large for one message, is there only of a run that is to be judged or
   * that judges: the outcome of any other keeps none.
   *
   * @throws SwitchyardError `run.not_found`; `payload.not_found` where its output is gone; `rpc.…` (retryable)
   */
  async find(tenant: string, runId: string): Promise<EndedRun | undefined> {
    const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
    const isRead = mayBeAttempt(run.idempotencyKey) || mayBeJudgement(run.idempotencyKey);
    return endedRunOfRecord(isRead ? await withOutput(this.rpc, run) : run);
  }
}
