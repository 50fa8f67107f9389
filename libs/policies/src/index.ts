export { Condition } from './condition.js';
export { ConditionFailed } from './expression.js';
export { TaskCondition, type TaskContext } from './task-condition.js';
export { RuleList, type GovernedCall, type GovernedTool, type Opinion } from './rule-list.js';
export { DECISIONS, isDecision, type Decision } from './decision.js';
export { mayBeStopped, verdictOn, type Source, type Verdict } from './verdict.js';
