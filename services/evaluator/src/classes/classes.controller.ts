import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  EvaluatorService,
  type ApplyClassRulesRequest,
  type ClassifyRequest,
  type ListClassRulesQuery,
  type ReapplyClassesRequest,
  type SuggestClassesRequest,
} from '@switchyard/contracts';
import { ClassRulesService } from './class-rules.service.js';
import { ClassifyService } from './classify.service.js';
import { ReapplyService } from './reapply.service.js';
import { SuggestService } from './suggest.service.js';

/** `<prefix>.rpc.evaluator.*` of task classes */
@Controller()
export class ClassesController {
  constructor(
    @Inject(ClassRulesService) private readonly rules: ClassRulesService,
    @Inject(ClassifyService) private readonly classes: ClassifyService,
    @Inject(ReapplyService) private readonly again: ReapplyService,
    @Inject(SuggestService) private readonly suggestions: SuggestService,
  ) {}

  @Rpc(EvaluatorService.method.applyClassRules)
  applyClassRules(request: ApplyClassRulesRequest) {
    return this.rules.apply(request);
  }

  @Rpc(EvaluatorService.method.listClassRules)
  async listClassRules(query: ListClassRulesQuery) {
    return { rules: await this.rules.list(query) };
  }

  @Rpc(EvaluatorService.method.classify)
  classify(request: ClassifyRequest) {
    return this.classes.classOf(request);
  }

  @Rpc(EvaluatorService.method.reapplyClasses)
  reapplyClasses(request: ReapplyClassesRequest) {
    return this.again.page(request);
  }

  @Rpc(EvaluatorService.method.suggestClasses)
  suggestClasses(request: SuggestClassesRequest) {
    return this.suggestions.suggest(request);
  }
}
