import { Module, type DynamicModule } from '@nestjs/common';
import { EvaluatorService } from '@switchyard/contracts';
import { bundleController, BundleRecords } from '@switchyard/service';
import { DataSource } from 'typeorm';
import { EVIDENCE_KINDS } from './bundle/kinds/index.js';
import { CanariesController } from './canaries/canaries.controller.js';
import { CanariesService } from './canaries/canaries.service.js';
import { CanaryKeeper } from './canaries/canary-keeper.service.js';
import { ExposureRepository } from './canaries/exposure.repository.js';
import { WatchedRolloutRepository } from './canaries/watched-rollout.repository.js';
import { ClassRulesRepository } from './classes/class-rules.repository.js';
import { ClassRulesService } from './classes/class-rules.service.js';
import { ClassedRunsRepository } from './classes/classed-runs.repository.js';
import { ClassesController } from './classes/classes.controller.js';
import { ClassifyService } from './classes/classify.service.js';
import { ReapplyService } from './classes/reapply.service.js';
import { SuggestService } from './classes/suggest.service.js';
import { CertificateRepository } from './certificates/certificate.repository.js';
import { CertificatesController } from './certificates/certificates.controller.js';
import { CertificatesService } from './certificates/certificates.service.js';
import { ComparisonController } from './comparison/comparison.controller.js';
import { ComparisonRepository } from './comparison/comparison.repository.js';
import { ComparisonService } from './comparison/comparison.service.js';
import { DraftRepository } from './drafts/draft.repository.js';
import { DraftsController } from './drafts/drafts.controller.js';
import { DraftsService } from './drafts/drafts.service.js';
import { BackendStateRepository } from './drift/backend-state.repository.js';
import { DriftController } from './drift/drift.controller.js';
import { DriftRepository } from './drift/drift.repository.js';
import { DriftService } from './drift/drift.service.js';
import { NoticeService } from './drift/notice.service.js';
import { AttemptRepository } from './evaluations/attempt.repository.js';
import { AskToolService } from './evaluations/ask-tool.service.js';
import { CheckHelpers } from './evaluations/check-helpers.service.js';
import { EvaluationRepository } from './evaluations/evaluation.repository.js';
import { EstimateRepository } from './evaluations/estimate.repository.js';
import { EstimateService } from './evaluations/estimate.service.js';
import { EvaluationsService } from './evaluations/evaluations.service.js';
import { FollowService } from './evaluations/follow.service.js';
import { JudgeService } from './evaluations/judge.service.js';
import { JudgedShares } from './evaluations/judged-shares.service.js';
import { KeeperService } from './evaluations/keeper.service.js';
import { PublishService } from './evaluations/publish.service.js';
import { SettleService } from './evaluations/settle.service.js';
import { EvaluatorController } from './evaluator.controller.js';
import { DEFAULT_OPTIONS, EVALUATOR_OPTIONS, type EvaluatorOptions } from './evaluator-options.js';
import { FeedbackController } from './feedback/feedback.controller.js';
import { FeedbackRepository } from './feedback/feedback.repository.js';
import { FeedbackService } from './feedback/feedback.service.js';
import { JUDGE_CALIBRATION } from './judgements/judge-calibration.js';
import { JudgeRecordService } from './judgements/judge-record.service.js';
import { JudgementRepository } from './judgements/judgement.repository.js';
import { JudgementsService } from './judgements/judgements.service.js';
import { LabelsRepository } from './judgements/labels.repository.js';
import { LabelledCalibration } from './judgements/labelled-calibration.service.js';
import { NOW } from './now.js';
import { CompareOutcomes } from './outcomes/compare-outcomes.service.js';
import { EndedRuns } from './outcomes/ended-runs.service.js';
import { EventsController } from './outcomes/events.controller.js';
import { OutcomeRepository } from './outcomes/outcome.repository.js';
import { RecordQueryService } from './outcomes/record-query.service.js';
import { RecordService } from './outcomes/record.service.js';
import { CertifiedBackends } from './routing/certified-backends.service.js';
import { RoutingController } from './routing/routing.controller.js';
import { RoutingExplanations } from './routing/routing-explanations.service.js';
import { RoutingLearner } from './routing/routing-learner.service.js';
import { RoutingRepository } from './routing/routing.repository.js';
import { ReplayRepository } from './replays/replay.repository.js';
import { ReplaysController } from './replays/replays.controller.js';
import { ReplaysService } from './replays/replays.service.js';
import { SuiteRepository } from './suites/suite.repository.js';
import { SuitesService } from './suites/suites.service.js';
import { EndsRepository } from './survival/ends.repository.js';
import { SurvivalController } from './survival/survival.controller.js';
import { UsageRepository } from './survival/usage.repository.js';
import { ObservationRepository } from './watch/observation.repository.js';
import { TurnRepository } from './watch/turn.repository.js';
import { TurnService } from './watch/turn.service.js';
import { WatchKeeper } from './watch/watch-keeper.service.js';
import { WatchRepository } from './watch/watch.repository.js';
import { WatchesController } from './watch/watches.controller.js';
import { WatchesService } from './watch/watches.service.js';
import { RecordedSuites } from './swaps/recorded-suites.service.js';
import { ProposalsService } from './swaps/proposals.service.js';
import { REPLAY_SUITES } from './swaps/replay-suites.js';
import { SwapActs } from './swaps/swap-acts.service.js';
import { SwapFactsService } from './swaps/swap-facts.service.js';
import { SwapKeeper } from './swaps/swap-keeper.service.js';
import { SwapProgress } from './swaps/swap-progress.service.js';
import { SwapRecordRepository } from './swaps/swap-record.repository.js';
import { SwapSuites } from './swaps/swap-suites.service.js';
import { SwapRepository } from './swaps/swap.repository.js';
import { SwapsController } from './swaps/swaps.controller.js';
import { SwapsService } from './swaps/swaps.service.js';

@Module({})
export class EvaluatorModule {
  static create(options: Partial<EvaluatorOptions> = {}): DynamicModule {
    return {
      module: EvaluatorModule,
      controllers: [
        EvaluatorController,
        EventsController,
        FeedbackController,
        SurvivalController,
        ComparisonController,
        DraftsController,
        CanariesController,
        ClassesController,
        SwapsController,
        CertificatesController,
        DriftController,
        WatchesController,
        RoutingController,
        ReplaysController,
        bundleController(EvaluatorService),
      ],
      providers: [
        ...[OutcomeRepository, EvaluationRepository, AttemptRepository],
        ...[EndedRuns, RecordService, RecordQueryService, CompareOutcomes],
        ...[FeedbackRepository, FeedbackService, UsageRepository, EndsRepository],
        ...[SuiteRepository, SuitesService, EstimateRepository, EstimateService],
        ...[JudgementRepository, LabelsRepository, JudgeRecordService, JudgementsService, AskToolService, CheckHelpers],
        ...[DraftRepository, DraftsService],
        ...[
          ClassRulesRepository,
          ClassedRunsRepository,
          ClassRulesService,
          ClassifyService,
          ReapplyService,
          SuggestService,
        ],
        ...[DraftRepository, DraftsService, ReplayRepository, ReplaysService],
        ...[ComparisonRepository, ComparisonService],
        ...[WatchedRolloutRepository, ExposureRepository, CanariesService, CanaryKeeper],
        ...[CertificateRepository, CertificatesService],
        ...[WatchRepository, TurnRepository, ObservationRepository, TurnService, WatchesService, WatchKeeper],
        ...[BackendStateRepository, DriftRepository, DriftService, NoticeService],
        ...[RoutingRepository, CertifiedBackends, RoutingLearner, RoutingExplanations],
        {
          provide: BundleRecords,
          useFactory: (dataSource: DataSource) => new BundleRecords(dataSource, 'evaluation', EVIDENCE_KINDS),
          inject: [DataSource],
        },
        ...[
          SwapRepository,
          SwapRecordRepository,
          SwapSuites,
          ProposalsService,
          SwapFactsService,
          SwapActs,
          SwapProgress,
        ],
        ...[SwapsService, SwapKeeper],
        { provide: REPLAY_SUITES, useClass: RecordedSuites },
        ...[WatchRepository, ExposureRepository, CanariesService, CanaryKeeper],
        { provide: JUDGE_CALIBRATION, useClass: LabelledCalibration },
        ...[
          JudgeService,
          JudgedShares,
          SettleService,
          PublishService,
          FollowService,
          KeeperService,
          EvaluationsService,
        ],
        { provide: EVALUATOR_OPTIONS, useValue: { ...DEFAULT_OPTIONS, ...options } },
        { provide: NOW, useValue: () => new Date() },
      ],
    };
  }
}
