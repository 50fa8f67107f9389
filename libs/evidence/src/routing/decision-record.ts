import { contentAddress, type JsonObject } from '@switchyard/contracts';
import type { CandidateHealth } from './candidate.js';
import type { Decision } from './decide.js';
import { decideFrom, type RoutedBackend, type RoutedTask } from './decide-from.js';
import type { JudgedCandidate } from './explanation.js';
import type { RoutingPolicy } from './policy.js';
import type { RoutingSnapshot } from './snapshot.js';
import { STATE_VERSION } from './state.js';

/** A candidate in the record: what the router knew of it exactly, and what was believed of it rounded, for people. */
export type RecordedCandidate = {
  backend: string;
  /** Absent: fit. */
  health?: CandidateHealth;
  /** Tokens. Absent: unknown. */
  window?: number;
  /** US dollars, by prices. */
  estimate?: number;
  certified?: true;
  ruled_out?: string[];
  score?: number;
  quality?: number;
  deviation?: number;
  runs?: number;
  cost_usd?: number;
  latency_ms?: number;
};

/** A decision as it is kept with its run, in JSON: enough to be understood, and to be taken again by the log of entries. */
export type DecisionRecord = {
  /** Version of the rules by which it was taken. Absent: 1. */
  rules?: number;
  revision: number;
  policy: RoutingPolicy['kind'];
  /** Of the policy "weights". */
  weights?: { quality: number; cost: number; latency: number };
  /** Of the policy "pin". */
  pinned?: string;
  task_class: string;
  context_tokens: number;
  certified_only: boolean;
  draw: number;
  explore: number;
  explored: boolean;
  backend: string;
  why: string;
  budget?: { per_task: number; price: number; balance: number };
  /** Best first. */
  candidates: RecordedCandidate[];
  /** Backends that were no candidates, with what they lack; as many as there is room for. */
  lacking: { backend: string; lacks: string[] }[];
};

/** Bytes of a record. */
const MOST_BYTES = 2_048;

export interface NotSuited {
  backend: string;
  lacks: readonly string[];
}

/** What is kept of a decision: 2 KiB where names are not endless; what could be computed again is left out first. */
export function recordOf(
  { revision }: RoutingSnapshot,
  task: RoutedTask,
  { backend, explanation }: Decision,
  notSuited: readonly NotSuited[] = [],
): DecisionRecord {
  const { budget, random, exploration, explored, reason, policy, taskClass } = explanation;
  const inputs = new Map(task.candidates.map((candidate) => [candidate.backend, candidate]));
  const record: DecisionRecord = {
    rules: STATE_VERSION,
    revision,
    policy: policy.kind,
    ...(policy.kind === 'weights' && { weights: { ...policy.weights } }),
    ...(policy.kind === 'pin' && { pinned: policy.backend }),
    ...{ task_class: taskClass, context_tokens: task.contextTokens ?? 0 },
    ...{
      certified_only: task.certifiedOnly ?? false,
      draw: random,
      explore: exploration,
      explored,
      backend,
      why: reason,
    },
    ...(budget && {
      budget: { per_task: budget.perTask, price: rounded(budget.price), balance: rounded(budget.balance) },
    }),
    candidates: explanation.candidates.map((judged) => recorded(judged, inputs.get(judged.backend))),
    lacking: notSuited.map(({ backend: name, lacks }) => ({ backend: name, lacks: [...lacks] })),
  };
  return withinLimit(record);
}

function withinLimit(record: DecisionRecord): DecisionRecord {
  let bytes = bytesOf(record);
  while (bytes > MOST_BYTES && record.lacking.length > 0) bytes -= bytesOf(record.lacking.pop() ?? {});
  for (let i = record.candidates.length - 1; i >= 0 && bytes > MOST_BYTES; i -= 1) {
    const whole = record.candidates[i] ?? { backend: '' };
    const less = bare(whole);
    record.candidates[i] = less;
    bytes -= bytesOf(whole) - bytesOf(less);
  }
  return record;
}

function recorded(judged: JudgedCandidate, input: RoutedBackend | undefined): RecordedCandidate {
  const { backend, health, certified, quality, cost, latencyMs, score, ruledOut } = judged;
  return {
    backend,
    ...(health !== 'fit' && { health }),
    ...(input?.contextWindow && { window: input.contextWindow }),
    ...(input?.estimatedCost !== undefined && { estimate: input.estimatedCost }),
    ...(certified && { certified }),
    ...(ruledOut.length > 0 && { ruled_out: ruledOut }),
    ...{ score: rounded(score), quality: rounded(quality.mean), deviation: rounded(quality.deviation) },
    runs: rounded(quality.runs),
    ...(cost !== undefined && { cost_usd: rounded(cost) }),
    ...(latencyMs !== undefined && { latency_ms: rounded(latencyMs) }),
  };
}

/** Without what the log tells again. */
function bare({ backend, health, window, estimate }: RecordedCandidate): RecordedCandidate {
  return {
    backend,
    ...(health && { health }),
    ...(window !== undefined && { window }),
    ...(estimate !== undefined && { estimate }),
  };
}

/** Whether it was taken by the rules that this version decides by. Others would decide otherwise, and prove nothing. */
export function isOfTheseRules({ rules = 1 }: DecisionRecord): boolean {
  return rules === STATE_VERSION;
}

/** What differs when the decision is taken again by the snapshot of its revision; undefined where nothing does. */
export function differenceOf(record: DecisionRecord, snapshot: RoutingSnapshot): string | undefined {
  if (snapshot.revision !== record.revision)
    return `the snapshot is of revision ${snapshot.revision}, and the decision of ${record.revision}`;
  const task = taskOf(record);
  const again = recordOf(snapshot, task, decideFrom(snapshot, task, record.draw));
  if (again.backend !== record.backend) return `backend: ${again.backend}, and ${record.backend} in the run`;
  for (const key of ['why', 'explored', 'explore'] as const)
    if (again[key] !== record[key]) return `${key}: ${again[key]}, and ${record[key]} in the run`;
  const [now, then] = [shown(again, record), shown(record, record)];
  // Journals do not keep the order of keys: a content address does not know it either.
  if (contentAddress(now) === contentAddress(then)) return undefined;
  return `candidates: ${JSON.stringify(now)}, and ${JSON.stringify(then)} in the run`;
}

/** The candidates as far as the record shows them: of a large one, less. */
function shown({ candidates }: DecisionRecord, { candidates: kept }: DecisionRecord): RecordedCandidate[] {
  return candidates.map((candidate, i) => (kept[i]?.score === undefined ? bare(candidate) : candidate));
}

function taskOf(record: DecisionRecord): RoutedTask {
  const { task_class, context_tokens, certified_only, candidates } = record;
  return {
    policy: policyOf(record),
    ...{ taskClass: task_class, contextTokens: context_tokens, certifiedOnly: certified_only },
    candidates: candidates.map(({ backend, health = 'fit', window = 0, estimate }) => ({
      ...{ backend, health, contextWindow: window },
      ...(estimate !== undefined && { estimatedCost: estimate }),
    })),
  };
}

function policyOf({ policy: kind, weights, pinned = '' }: DecisionRecord): RoutingPolicy {
  if (kind === 'weights') return { kind, weights: weights ?? { quality: 1, cost: 0, latency: 0 } };
  return kind === 'pin' ? { kind, backend: pinned } : { kind };
}

/** Four significant digits: what people read. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function bytesOf(record: JsonObject): number {
  return Buffer.byteLength(JSON.stringify(record));
}
