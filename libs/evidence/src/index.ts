export type { Interval } from './interval.js';
export { groupedShare, type Group, type GroupedShare } from './proportions/grouped-share.js';
export { wilsonInterval } from './proportions/wilson.js';
export { betaCdf, betaQuantile } from './distributions/beta.js';
export { binomialCdf, exactShareInterval } from './distributions/binomial.js';
export { hypergeometricSumUpperTail } from './distributions/hypergeometric-sum.js';
export type { Urn } from './distributions/hypergeometric.js';
export { normalCdf, normalDensity, normalQuantile } from './distributions/normal.js';
export { studentTCdf, studentTQuantile } from './distributions/student-t.js';
export { bootstrapIntervals, type BootstrapIntervals, type BootstrapOptions } from './differences/bootstrap.js';
export { clusteredMean, designEffect, type Clustered } from './differences/clustered.js';
export { intervalOf, type Estimate } from './differences/estimate.js';
export { meanEstimate } from './differences/mean.js';
export { correlationOf, differencesOf, pairedDifference, type Pair } from './differences/paired.js';
export { unpairedDifference } from './differences/unpaired.js';
export { asymptoticConfidenceSequence, asymptoticWidth, type AsymptoticOptions } from './sequential/asymptotic.js';
export { BoundedMean, type BoundedMeanOptions } from './sequential/bounded-mean.js';
export { CanaryGuard, type CanaryGuardOptions, type CanaryState } from './sequential/canary-guard.js';
export { CanaryTest, type CanaryTestOptions, type Exposure, type GradedExposure } from './sequential/canary-test.js';
export { DrawnDifference, type DrawnDifferenceOptions, type DrawnValue } from './sequential/drawn-difference.js';
export { DriftDetector, type Drift, type DriftDetectorOptions } from './sequential/drift-detector.js';
export { MeanTest, type MeanTestOptions } from './sequential/mean-test.js';
export { DEFAULT_STAKES, type Stake } from './sequential/stakes.js';
export { checkedOptions } from './verdict/check-options.js';
export { fixedVerdict } from './verdict/fixed-verdict.js';
export {
  casesToFind,
  casesToTellShares,
  deviationOfPairs,
  minimumDetectableEffect,
  type PowerOptions,
} from './verdict/sample-size.js';
export { SequentialVerdict } from './verdict/sequential-verdict.js';
export type { Verdict, VerdictOptions, VerdictReport } from './verdict/verdict.js';
export { predictionPoweredMean, type PredictionPowered } from './calibration/prediction-powered.js';
export { correctedShare, type CorrectedShare, type JudgeCalibration } from './calibration/rogan-gladen.js';
export { benjaminiHochberg, holm, pOfEvidence } from './multiple/adjust.js';
export * from './survival/index.js';
export * from './routing/index.js';
export * from './clustering/index.js';
