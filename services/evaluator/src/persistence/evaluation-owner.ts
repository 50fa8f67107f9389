import { linePartsEntity, type DatabaseOwner } from '@switchyard/persistence';
import { AddCanaries1797010000000 } from './add-canaries-1797010000000.js';
import { AddClassRules1797070000000 } from './add-class-rules-1797070000000.js';
import { AddCertificates1797040000000 } from './add-certificates-1797040000000.js';
import { AddDrift1797040100000 } from './add-drift-1797040100000.js';
import { AddEvaluatedVersion1797030000000 } from './add-evaluated-version-1797030000000.js';
import { AddBundleParts1797060200000 } from '../bundle/add-bundle-parts-1797060200000.js';
import { AddFeedback1796600000000 } from './add-feedback-1796600000000.js';
import { AddJudgements1796700000000 } from './add-judgements-1796700000000.js';
import { AddMoved1795651200000 } from './add-moved-1795651200000.js';
import { AddRouting1797050000000 } from './add-routing-1797050000000.js';
import { AddSuites1796610000000 } from './add-suites-1796610000000.js';
import { AddSwaps1797030001000 } from './add-swaps-1797030001000.js';
import { AddTraceparent1764100000000 } from './add-traceparent-1764100000000.js';
import { AttemptEntity } from './attempt.entity.js';
import { CanaryEntity } from './canary.entity.js';
import { ClassRulesEntity } from './class-rules.entity.js';
import { BackendStateEntity } from './backend-state.entity.js';
import { CertificateEntity } from './certificate.entity.js';
import { ConfigurationEntity } from './configuration.entity.js';
import { CreateEvaluation1764000000000 } from './create-evaluation-1764000000000.js';
import { DriftFindingEntity } from './drift-finding.entity.js';
import { EvaluationCaseEntity } from './evaluation-case.entity.js';
import { EvaluationEntity } from './evaluation.entity.js';
import { ExploredRunEntity } from './explored-run.entity.js';
import { FeedbackEntity } from './feedback.entity.js';
import { JudgementEntity } from './judgement.entity.js';
import { OutcomeEntity } from './outcome.entity.js';
import { RolloutEntity } from './rollout.entity.js';
import { RoutingLogEntity } from './routing-log.entity.js';
import { RoutingStateEntity } from './routing-state.entity.js';
import { ScoreEntity } from './score.entity.js';
import { SuiteEntity } from './suite.entity.js';
import { WatchEntity } from './watch.entity.js';
import { WatchTurnEntity } from './watch-turn.entity.js';
import { SwapStepEntity } from './swap-step.entity.js';
import { SwapEntity } from './swap.entity.js';

/** The schema `evaluation` and what is in it. */
export const evaluationOwner: DatabaseOwner = {
  schema: 'evaluation',
  entities: [
    ConfigurationEntity,
    OutcomeEntity,
    EvaluationEntity,
    EvaluationCaseEntity,
    AttemptEntity,
    ScoreEntity,
    SuiteEntity,
    FeedbackEntity,
    JudgementEntity,
    RolloutEntity,
    CanaryEntity,
    ClassRulesEntity,
    CertificateEntity,
    BackendStateEntity,
    DriftFindingEntity,
    WatchEntity,
    WatchTurnEntity,
    RoutingLogEntity,
    RoutingStateEntity,
    ExploredRunEntity,
    linePartsEntity('evaluation'),
    SwapEntity,
    SwapStepEntity,
  ],
  migrations: [
    CreateEvaluation1764000000000,
    AddTraceparent1764100000000,
    AddMoved1795651200000,
    AddFeedback1796600000000,
    AddSuites1796610000000,
    AddJudgements1796700000000,
    AddCanaries1797010000000,
    AddClassRules1797070000000,
    AddEvaluatedVersion1797030000000,
    AddSwaps1797030001000,
    AddCertificates1797040000000,
    AddDrift1797040100000,
    AddRouting1797050000000,
    AddBundleParts1797060200000,
  ],
};
