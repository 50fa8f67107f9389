import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { EvaluatorService, type DraftCasesRequest } from '@switchyard/contracts';
import { DraftsService } from './drafts.service.js';

/** `<prefix>.rpc.evaluator.draft_cases` */
@Controller()
export class DraftsController {
  constructor(@Inject(DraftsService) private readonly drafts: DraftsService) {}

  @Rpc(EvaluatorService.method.draftCases)
  draft(request: DraftCasesRequest) {
    return this.drafts.draft(request);
  }
}
