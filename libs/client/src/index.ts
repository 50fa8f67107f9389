export {
  connectSwitchyardBus,
  SwitchyardBus,
  type BusOptions,
  type FeedbackInit,
  type WaitOptions,
} from './bus/switchyard-bus.js';
export type { TaskInit } from './bus/task-init.js';
export { SwitchyardClient } from './client.js';
export { readConnection, type Connection } from './connection.js';
export type { QuestionAnswer, QuestionFilter } from './resources/questions.js';
export type { HttpOptions } from './http.js';
export type { BundleExportOptions, BundleImportOptions, BundlePartName } from './resources/bundle.js';
export type { DecisionOptions, EffectFilter } from './resources/effects.js';
export type { ApprovalFilter, Decision } from './resources/approvals.js';
export type { DeadLetterFilter, RedriveFilter, RedriveOptions } from './resources/dead-letters.js';
export type { CertificateFilter } from './resources/certificates.js';
export type { DriftFilter } from './resources/drift.js';
export type {
  ComparisonOptions,
  ConfigurationFilter,
  EvaluationOptions,
  CanaryFilter,
  Replay,
  ReplayOptions,
  SurvivalFilter,
} from './resources/evaluations.js';
export type { FeedbackFilter, FeedbackOptions } from './resources/feedback.js';
export type { ClassedTask } from './resources/classes.js';
export type { SwapFilter, SwapOptions, SwapTarget } from './resources/swaps.js';
export type { DraftOptions } from './resources/suites.js';
export type { ImportOptions } from './resources/memory-exchange.js';
export type { MemoryScope } from './resources/memory-scope.js';
export type { RememberOptions, SearchOptions } from './resources/memories.js';
export type { EpisodesOptions, ListOptions } from './resources/memory-list.js';
export type { ForkOptions, RunFilter } from './resources/runs.js';
export type { NewGuardrail, RolloutEnding, RolloutFilter, RolloutOptions } from './resources/rollouts.js';
export type { NewWatch } from './resources/watches.js';
export type { NewTask, TaskFixtures } from './resources/tasks.js';
export type { RunSignal, StreamOptions } from './run-stream.js';
export { eventTypeOf, fromValue, SwitchyardError, timestampDate, toValue } from '@switchyard/contracts';
