import { Controller, Inject } from '@nestjs/common';
import { Bus, RpcClient, Work, type WorkContext } from '@switchyard/bus';
import { ExecWorkSchema, RouterService, SwitchyardError, ToolWorkSchema, type ToolWork } from '@switchyard/contracts';
import { triggerPoint } from '@switchyard/service';
import { ToolCallService } from './calls/tool-call.service.js';

/** Calls whose run is parked: performed, then the run is woken, then acknowledged. */
@Controller()
export class ToolWorkController {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(ToolCallService) private readonly calls: ToolCallService,
  ) {}

  @Work('tool', ToolWorkSchema)
  async perform({ call }: ToolWork, context: WorkContext): Promise<void> {
    if (!call) throw new SwitchyardError('contract.invalid', 'ToolWork.call is missing.');
    const { tenant, runId, backend, callId } = call;
    if (await this.hasEnded(tenant, runId)) return;
    await this.calls.perform(call, { stop: context.signal });
    const work = context.msgId ?? callId;
    if (runId === '' || backend === '') return;
    // A crash after this and before the ack brings the message again: the ledger answers, and the id makes it one wake-up.
    // The id is the work's own, which is the call's but where a run that was woken too early asked once more.
    await this.bus.publish(
      this.bus.subjects.exec(backend, runId),
      ExecWorkSchema,
      { tenant, runId, backend, cause: 'tool_settled' },
      { msgId: `${work}:settled` },
    );
    triggerPoint('tool_host.after_wake');
  }

  /**
   * A call may have waited here for long, and a cancel is heard only by who listens at that moment: nothing of a run
   * happens after its end.
   *
   * @throws SwitchyardError `rpc.…` retryable; the call waits until it can be known
   */
  private async hasEnded(tenant: string, runId: string): Promise<boolean> {
    if (runId === '') return false;
    const { status } = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
    return ENDED.has(status);
  }
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);
