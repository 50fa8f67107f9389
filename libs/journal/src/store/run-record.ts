import type { JsonObject, JsonValue, PayloadReference } from '@switchyard/contracts';
import { addUsage } from '../state/usage.js';
import { hasEnded } from '../state/run-state.js';
import type {
  RunError,
  RunFork,
  RunLimits,
  RunParent,
  RunState,
  RunStatus,
  RunSwitch,
  RunUsage,
} from '../state/run-state.js';

/** A run as lists show it: the projection's row. */
export interface RunRecord {
  runId: string;
  tenant: string;
  taskId: string;
  idempotencyKey: string;
  agent: string;
  agentVersion: string;
  backend: string;
  routingReason: string;
  /** The rollout that decided its agent version, and the arm: candidate or baseline. Empty where none did. */
  rollout: string;
  rolloutArm: string;
  /** The moves between backends, in order. */
  switches: RunSwitch[];
  thread: string;
  user: string;
  status: RunStatus;
  /** Why it waits; empty otherwise. */
  parkedReason: string;
  /** The calls that it waits for. */
  parkedCalls: string[];
  /** When it goes on at the latest; null where only what it waits for wakes it. */
  wakeAt: Date | null;
  seq: number;
  turns: number;
  toolCalls: number;
  /** Requests to the backend beyond the first of each turn. */
  retries: number;
  /** What the reader mended in the model's answers. */
  repairs: number;
  /** Calls that a person edited or denied. */
  overrides: number;
  firstTokenMs: number;
  usage: RunUsage;
  costUsd: number;
  configuration: string;
  /** Of the run and of the runs that its calls started, as far as they are settled. */
  treeUsage: RunUsage;
  treeCostUsd: number;
  limits: RunLimits;
  /** `high`, or empty. */
  priority: string;
  parent: RunParent | null;
  fork: RunFork | null;
  metadata: Record<string, string>;
  input: JsonValue;
  output: JsonValue;
  /** The agent that it was handed over to and whose answer the output is; empty where its own agent answered. */
  handedOverTo: string;
  /** Where input or output is too large to stand here: what it is a reference to. Absent where neither is. */
  payloads?: { input?: PayloadReference; output?: PayloadReference };
  error: RunError | null;
  traceId: string;
  createdAt: Date;
  updatedAt: Date;
  endedAt: Date | null;
}

/** Columns of journal.runs under the names of RunRecord. */
export const RUN_COLUMNS = `r.run_id AS "runId", r.tenant, r.task_id AS "taskId", r.idempotency_key AS "idempotencyKey",
  r.agent, r.agent_version AS "agentVersion", r.backend, r.routing_reason AS "routingReason", r.rollout, r.rollout_arm AS "rolloutArm", r.switches, r.thread,
  r.user_id AS "user", r.status, r.parked_reason AS "parkedReason", r.parked_calls AS "parkedCalls", r.wake_at AS "wakeAt", r.seq, r.turns,
  r.tool_calls AS "toolCalls", r.retries, r.repairs, r.overrides, r.first_token_ms AS "firstTokenMs", r.usage, r.cost_usd AS "costUsd", r.configuration, r.limits, r.priority, r.parent, r.fork, r.tree_usage AS "treeUsage", r.tree_cost_usd AS "treeCostUsd", r.metadata, r.input, r.output, r.handed_over_to AS "handedOverTo",
  r.error, r.trace_id AS "traceId", r.created_at AS "createdAt", r.updated_at AS "updatedAt", r.ended_at AS "endedAt"`;

/** The projection of a run that begins, as one element of the append's parameter. */
export function wholeProjection(state: RunState): JsonObject {
  return {
    ...movingProjection(state),
    tenant: state.tenant,
    task_id: state.taskId,
    idempotency_key: state.idempotencyKey,
    agent: state.agent,
    agent_version: state.agentVersion,
    routing_reason: state.routingReason,
    rollout: state.rollout,
    rollout_arm: state.rolloutArm,
    thread: state.thread,
    user_id: state.user,
    limits: { ...state.limits },
    priority: state.priority,
    parent_run_id: state.parent?.runId ?? '',
    root_run_id: state.parent?.rootRunId ?? state.runId,
    parent: state.parent ? { ...state.parent } : null,
    fork: state.fork ? { ...state.fork } : null,
    metadata: state.metadata,
    input: state.input,
    trace_id: state.traceId,
    created_at: state.createdAt,
  };
}

/** What later entries may change of it. */
export function movingProjection(state: RunState): JsonObject {
  return {
    run_id: state.runId,
    backend: state.backend,
    switches: state.switches.map((move) => ({ ...move, error: move.error ? { ...move.error } : null })),
    status: state.status,
    parked_reason: state.parked?.reason ?? '',
    parked_calls: state.parked?.callIds ?? [],
    wake_at: state.parked?.until || null,
    approvals: approvalsOf(state),
    seq: state.seq,
    turns: state.turns,
    tool_calls: state.toolCalls,
    retries: state.retries,
    repairs: state.repairs,
    overrides: state.overrides,
    first_token_ms: state.firstTokenMs,
    usage: { ...state.usage },
    cost_usd: state.costUsd,
    configuration: state.configuration,
    tree_usage: { ...addUsage(state.usage, state.childUsage) },
    tree_cost_usd: state.costUsd + state.childCostUsd,
    output: state.output,
    handed_over_to: state.handedOverTo,
    error: state.error ? { ...state.error } : null,
    updated_at: state.updatedAt,
    ended_at: state.endedAt || null,
  };
}

/** Calls that wait for a person. */
function approvalsOf(state: RunState): number {
  return hasEnded(state) ? 0 : state.openCalls.filter((call) => call.approval === 'requested').length;
}
