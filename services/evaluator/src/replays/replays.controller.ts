import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { EvaluatorService, type StartReplayRequest } from '@switchyard/contracts';
import { ReplaysService } from './replays.service.js';

/** `<prefix>.rpc.evaluator.start_replay` */
@Controller()
export class ReplaysController {
  constructor(@Inject(ReplaysService) private readonly replays: ReplaysService) {}

  @Rpc(EvaluatorService.method.startReplay)
  start(request: StartReplayRequest) {
    return this.replays.start(request);
  }
}
