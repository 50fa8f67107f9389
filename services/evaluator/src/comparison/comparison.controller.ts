import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { EvaluatorService, type CompareEvaluationsRequest, type EvaluationComparison } from '@switchyard/contracts';
import { ComparisonService } from './comparison.service.js';

/** `<prefix>.rpc.evaluator.compare_evaluations` */
@Controller()
export class ComparisonController {
  constructor(@Inject(ComparisonService) private readonly comparison: ComparisonService) {}

  @Rpc(EvaluatorService.method.compareEvaluations)
  compareEvaluations(request: CompareEvaluationsRequest): Promise<EvaluationComparison> {
    return this.comparison.compare(request);
  }
}
