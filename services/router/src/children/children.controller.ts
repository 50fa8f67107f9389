import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { RouterService, type StartChildReplySchema, type StartChildRequest } from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { StartChildService } from './start-child.service.js';

/** What executors ask for when an agent calls an agent. */
@Controller()
export class ChildrenController {
  constructor(@Inject(StartChildService) private readonly children: StartChildService) {}

  @Rpc(RouterService.method.startChild)
  start(request: StartChildRequest): Promise<Init<typeof StartChildReplySchema>> {
    return this.children.start(request);
  }
}
