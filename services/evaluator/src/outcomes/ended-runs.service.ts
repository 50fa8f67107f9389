import { Inject, Injectable } from '@nestjs/common';
import { RpcClient, withOutput } from '@switchyard/bus';
import { RouterService, type RunAccepted } from '@switchyard/contracts';
import { endedRunOfRecord, type EndedRun } from './ended-run.js';

/** Asks the router how a run ended: an event says where to look, and the journal what is true. */
@Injectable()
export class EndedRuns {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /**
   * Undefined while it goes on.
   *
   * @throws SwitchyardError `run.not_found`; `payload.not_found` where its output is gone; `rpc.…` (retryable)
   */
  async find(tenant: string, runId: string): Promise<EndedRun | undefined> {
    // The rollout and the record that answers its calls are told by the journal's first entry alone.
    const [run, accepted] = await Promise.all([
      this.rpc.call(RouterService.method.getRun, { tenant, runId }),
      this.accepted(tenant, runId),
    ]);
    return endedRunOfRecord(await withOutput(this.rpc, run), accepted);
  }

  private async accepted(tenant: string, runId: string): Promise<RunAccepted | undefined> {
    const first = { tenant, runId, afterSeq: 0, limit: 1 };
    const { events } = await this.rpc.call(RouterService.method.listEvents, first);
    const body = events[0]?.body;
    return body?.case === 'runAccepted' ? body.value : undefined;
  }
}
