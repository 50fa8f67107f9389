import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  EvaluatorService,
  type ApplySuiteRequest,
  type CompareOutcomesRequest,
  type EvaluationQuery,
  type ListConfigurationsQuery,
  type ListEvaluationsQuery,
  type ListJudgesQuery,
  type OutcomeQuery,
  type ListSuitesQuery,
  type StartEvaluationRequest,
  type SuiteQuery,
} from '@switchyard/contracts';
import { EvaluationsService } from './evaluations/evaluations.service.js';
import { CompareOutcomes } from './outcomes/compare-outcomes.service.js';
import { JudgeRecordService } from './judgements/judge-record.service.js';
import { RecordQueryService } from './outcomes/record-query.service.js';
import { SuitesService } from './suites/suites.service.js';

/** `<prefix>.rpc.evaluator.*` */
@Controller()
export class EvaluatorController {
  constructor(
    @Inject(EvaluationsService) private readonly evaluations: EvaluationsService,
    @Inject(SuitesService) private readonly suites: SuitesService,
    @Inject(RecordQueryService) private readonly record: RecordQueryService,
    @Inject(CompareOutcomes) private readonly comparisons: CompareOutcomes,
    @Inject(JudgeRecordService) private readonly judges: JudgeRecordService,
  ) {}

  @Rpc(EvaluatorService.method.startEvaluation)
  startEvaluation(request: StartEvaluationRequest) {
    return this.evaluations.start(request);
  }

  @Rpc(EvaluatorService.method.estimateEvaluation)
  estimateEvaluation(request: StartEvaluationRequest) {
    return this.evaluations.estimate(request);
  }

  @Rpc(EvaluatorService.method.applySuite)
  applySuite(request: ApplySuiteRequest) {
    return this.suites.apply(request);
  }

  @Rpc(EvaluatorService.method.getSuite)
  getSuite(query: SuiteQuery) {
    return this.suites.get(query);
  }

  @Rpc(EvaluatorService.method.listSuites)
  async listSuites(query: ListSuitesQuery) {
    return { suites: await this.suites.list(query) };
  }

  @Rpc(EvaluatorService.method.getEvaluation)
  getEvaluation(query: EvaluationQuery) {
    return this.evaluations.get(query);
  }

  @Rpc(EvaluatorService.method.listEvaluations)
  async listEvaluations(query: ListEvaluationsQuery) {
    return { evaluations: await this.evaluations.list(query) };
  }

  @Rpc(EvaluatorService.method.cancelEvaluation)
  cancelEvaluation(query: EvaluationQuery) {
    return this.evaluations.cancel(query);
  }

  @Rpc(EvaluatorService.method.listConfigurations)
  async listConfigurations(query: ListConfigurationsQuery) {
    return { configurations: await this.record.configurations(query) };
  }

  @Rpc(EvaluatorService.method.compareOutcomes)
  compareOutcomes(request: CompareOutcomesRequest) {
    return this.comparisons.compare(request);
  }

  @Rpc(EvaluatorService.method.getOutcome)
  getOutcome(query: OutcomeQuery) {
    return this.record.outcome(query);
  }

  @Rpc(EvaluatorService.method.listJudges)
  async listJudges(query: ListJudgesQuery) {
    return { judges: await this.judges.list(query) };
  }
}
