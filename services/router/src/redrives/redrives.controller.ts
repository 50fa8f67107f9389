import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { RouterService, type RedriveReplySchema, type RedriveRequest } from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { RedriveService } from './redrive.service.js';

@Controller()
export class RedrivesController {
  constructor(@Inject(RedriveService) private readonly redrives: RedriveService) {}

  @Rpc(RouterService.method.redrive)
  redrive(request: RedriveRequest): Promise<Init<typeof RedriveReplySchema>> {
    return this.redrives.redrive(request);
  }
}
