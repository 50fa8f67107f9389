export {
  DEFAULT_SETTINGS,
  settingsOf,
  type RoutingBudget,
  type RoutingOptions,
  type RoutingSettings,
} from './settings.js';
export { POLICY_KINDS, weightsOf, type RoutingPolicy, type RoutingWeights } from './policy.js';
export { HEALTHS, beliefOf, type Belief, type Candidate, type CandidateHealth } from './candidate.js';
export { decide, type Decision, type RoutingRequest } from './decide.js';
export { describeDecision, type Explanation, type JudgedCandidate } from './explanation.js';
export { learn, type RoutingOutcome } from './learn.js';
export { checkState, STATE_VERSION, startRouting, withSettings, type NotedChange, type RoutingState } from './state.js';
export { type Baseline } from './baselines.js';
export { simulateRouting, type RoutingRow, type SimulationOptions, type SimulationReport } from './simulate-routing.js';
export { syntheticRows, type SyntheticOptions } from './synthetic-rows.js';
export { drawOf } from './draw.js';
export { follow, startSnapshot, type Prior, type RoutingEntry, type RoutingSnapshot } from './snapshot.js';
export { readSnapshot } from './read-snapshot.js';
export { readRecord } from './read-record.js';
export { decideFrom, type RoutedBackend, type RoutedTask } from './decide-from.js';
export {
  differenceOf,
  isOfTheseRules,
  recordOf,
  type DecisionRecord,
  type NotSuited,
  type RecordedCandidate,
} from './decision-record.js';
