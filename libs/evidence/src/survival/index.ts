export type { Subject } from './subject.js';
export { INTERVAL_FORMS, type IntervalForm, type IntervalOptions } from './interval.js';
export { kaplanMeier, stepAt, type SurvivalCurve, type SurvivalOptions, type SurvivalStep } from './kaplan-meier.js';
export { nelsonAalen, type HazardOptions, type HazardStep } from './nelson-aalen.js';
export { survivalQuantile, type SurvivalQuantile } from './quantile.js';
export {
  restrictedMean,
  restrictedMeanDifference,
  type MeanDifference,
  type RestrictedMean,
} from './restricted-mean.js';
export { logRank, type LogRankGroup, type LogRankSubject, type LogRankTest } from './log-rank.js';
export { aalenJohansen, type CumulativeIncidence, type Incidence, type IncidenceStep } from './aalen-johansen.js';
export {
  BAND_KINDS,
  simultaneousBand,
  type BandKind,
  type BandOptions,
  type BandStep,
  type SimultaneousBand,
} from './simultaneous-band.js';
export { bandCoverage, type BandCoverage, type CoverageOptions } from './band-coverage.js';
