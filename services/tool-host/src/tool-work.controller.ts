import { Controller, Inject } from '@nestjs/common';
import { Bus, Work, type WorkContext } from '@switchyard/bus';
import { ExecWorkSchema, SwitchyardError, ToolWorkSchema, type ToolWork } from '@switchyard/contracts';
import { ToolCallService } from './calls/tool-call.service.js';

/** Calls whose run is parked: performed, then the run is woken, then acknowledged. */
@Controller()
export class ToolWorkController {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(ToolCallService) private readonly calls: ToolCallService,
  ) {}

  @Work('tool', ToolWorkSchema)
  async perform({ call }: ToolWork, context: WorkContext): Promise<void> {
    if (!call) throw new SwitchyardError('contract.invalid', 'ToolWork.call is missing.');
    await this.calls.perform(call, context.signal);
    const { tenant, runId, backend, callId } = call;
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
  }
}
