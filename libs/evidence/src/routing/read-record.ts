import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { HEALTHS } from './candidate.js';
import type { DecisionRecord, RecordedCandidate } from './decision-record.js';
import { POLICY_KINDS } from './policy.js';

/** A record as it comes out of a journal; undefined where it is none that this version can read. */
export function readRecord(value: JsonObject | undefined): DecisionRecord | undefined {
  return value && isRecord(value) ? value : undefined;
}

function isRecord(value: JsonObject): value is DecisionRecord {
  const { rules, policy, weights, pinned, budget, candidates, lacking } = value;
  return (
    POLICY_KINDS.some((kind) => kind === policy) &&
    ['revision', 'context_tokens', 'draw', 'explore'].every((key) => typeof value[key] === 'number') &&
    ['task_class', 'backend', 'why'].every((key) => typeof value[key] === 'string') &&
    ['certified_only', 'explored'].every((key) => typeof value[key] === 'boolean') &&
    (rules === undefined || typeof rules === 'number') &&
    (weights === undefined || hasNumbers(weights, ['quality', 'cost', 'latency'])) &&
    (pinned === undefined || typeof pinned === 'string') &&
    (budget === undefined || hasNumbers(budget, ['per_task', 'price', 'balance'])) &&
    Array.isArray(candidates) &&
    candidates.every(isCandidate) &&
    Array.isArray(lacking) &&
    lacking.every((one) => isObject(one) && typeof one['backend'] === 'string' && isTexts(one['lacks']))
  );
}

const NUMBERS = ['window', 'estimate', 'score', 'quality', 'deviation', 'runs', 'cost_usd', 'latency_ms'];

function isCandidate(value: JsonValue): value is RecordedCandidate {
  if (!isObject(value) || typeof value['backend'] !== 'string') return false;
  const { health, certified, ruled_out } = value;
  return (
    (health === undefined || HEALTHS.some((known) => known === health)) &&
    (certified === undefined || certified === true) &&
    (ruled_out === undefined || isTexts(ruled_out)) &&
    NUMBERS.every((key) => value[key] === undefined || typeof value[key] === 'number')
  );
}

function hasNumbers(value: JsonValue, keys: readonly string[]): boolean {
  return isObject(value) && keys.every((key) => typeof value[key] === 'number');
}

function isTexts(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
