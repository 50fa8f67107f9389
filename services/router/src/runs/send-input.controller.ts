import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { RouterService, type Run, type SendInputRequest } from '@switchyard/contracts';
import { runMessage } from './run-message.js';
import { RunsService } from './runs.service.js';
import { SendInputService } from './send-input.service.js';

@Controller()
export class SendInputController {
  constructor(
    @Inject(SendInputService) private readonly inputs: SendInputService,
    @Inject(RunsService) private readonly runs: RunsService,
  ) {}

  /** Answers after the commit. */
  @Rpc(RouterService.method.sendInput)
  async send(request: SendInputRequest): Promise<Run> {
    await this.inputs.send(request);
    return runMessage(await this.runs.get(request.tenant, request.runId));
  }
}
