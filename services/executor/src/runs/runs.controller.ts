import { Controller, Inject } from '@nestjs/common';
import { Rpc, Work, type WorkContext } from '@switchyard/bus';
import {
  ExecutorService,
  ExecWorkSchema,
  PartialTurnSchema,
  type ExecWork,
  type HandOverReplySchema,
  type HandOverRequest,
  type MessageInitShape,
  type PartialQuery,
} from '@switchyard/contracts';
import { RunService } from './run.service.js';
import { RunsInHand } from './runs-in-hand.js';

/** `<prefix>.exec.<backend>.<run>` and `<prefix>.rpc.executor.*` */
@Controller()
export class RunsController {
  constructor(
    @Inject(RunService) private readonly runs: RunService,
    @Inject(RunsInHand) private readonly inHand: RunsInHand,
  ) {}

  @Work('exec', ExecWorkSchema)
  advance(work: ExecWork, context: WorkContext): Promise<void> {
    return this.runs.advance(work, context);
  }

  /** Every executor is asked; the one that has the run in hand answers. */
  @Rpc(ExecutorService.method.getPartial, { broadcast: true })
  partial({ tenant, runId, ...asked }: PartialQuery): MessageInitShape<typeof PartialTurnSchema> | undefined {
    const run = this.inHand.find(runId);
    if (run?.tenant !== tenant) return undefined;
    return { runId, turn: run.stream?.turn ?? 0, ...run.stream?.partial(asked) };
  }

  /** As with `partial`, who has it not in hand keeps silent. */
  @Rpc(ExecutorService.method.handOver, { broadcast: true })
  handOver({ tenant, runId, now }: HandOverRequest): MessageInitShape<typeof HandOverReplySchema> | undefined {
    return this.inHand.handOver(tenant, runId, now) ? { runId } : undefined;
  }
}
