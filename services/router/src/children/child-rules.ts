import {
  create,
  LimitsSchema,
  ParentRunSchema,
  SwitchyardError,
  type Limits,
  type ParentRun,
} from '@switchyard/contracts';
import { effectiveLimits, exceededLimit, type OpenCall, type RunLimits, type RunState } from '@switchyard/journal';

/** How far agents may call agents: the platform's bounds. */
export interface TreeLimits {
  /** Runs one below the other. */
  depth: number;
  /** Runs that the calls of one run may start. */
  children: number;
  /** How often one agent may stand on the way from the first run down. */
  agentRepeats: number;
}

/**
 * The call that a run is asked for: open, and of this agent. Who is stale, or asks for what no journal has, starts nothing.
 *
 * @throws SwitchyardError `run.call_not_open`
 */
export function openCallOf(caller: RunState, asked: { callId: string; agent: string; handoff: boolean }): OpenCall {
  const call = caller.openCalls.find(({ callId }) => callId === asked.callId);
  const isAsked = call?.kind === (asked.handoff ? 'handoff' : 'agent') && call.target === asked.agent;
  if (call && isAsked && call.result === null) return call;
  throw new SwitchyardError(
    'run.call_not_open',
    `The run ${caller.runId} has no open call ${asked.callId} of the agent "${asked.agent}": it is settled, or another one's. Nothing was started.`,
    { details: { run_id: caller.runId, call_id: asked.callId, agent: asked.agent } },
  );
}

/**
 * Where the run that a call starts stands in its tree.
 *
 * @throws SwitchyardError `run.too_deep`, `run.agent_loop`: the model is told, and goes on without
 */
export function placeBelow(caller: RunState, call: OpenCall, limits: TreeLimits): ParentRun {
  const depth = (caller.parent?.depth ?? 0) + 1;
  const agents = [...(caller.parent?.agents ?? []), caller.agent];
  if (depth > limits.depth) {
    throw new SwitchyardError(
      'run.too_deep',
      `Agents may call agents ${limits.depth} deep, and "${caller.agent}" is at that depth: do the work without "${call.target}", or raise SWITCHYARD_MAX_DEPTH.`,
      { details: { depth, limit: limits.depth, agents } },
    );
  }
  const before = agents.filter((agent) => agent === call.target).length;
  if (before >= limits.agentRepeats) {
    throw new SwitchyardError(
      'run.agent_loop',
      `"${call.target}" stands ${before} times on the way here (${agents.join(' > ')}), and may no more: answer without calling it again.`,
      { details: { agent: call.target, limit: limits.agentRepeats, agents } },
    );
  }
  return create(ParentRunSchema, {
    runId: caller.runId,
    callId: call.callId,
    rootRunId: caller.parent?.rootRunId ?? caller.runId,
    depth,
    agents,
    handoff: call.kind === 'handoff',
  });
}

/** @throws SwitchyardError `run.too_many_children` */
export function checkFanOut(caller: RunState, children: number, limits: TreeLimits): void {
  if (children < limits.children) return;
  throw new SwitchyardError(
    'run.too_many_children',
    `The run ${caller.runId} has called agents ${children} times, and may ${limits.children} times: go on with what they gave, or raise SWITCHYARD_MAX_CHILDREN.`,
    { details: { run_id: caller.runId, limit: limits.children } },
  );
}

/**
 * The bounds of a run that a call starts: its agent's own, and of tokens, money and time no more than its caller has left.
 *
 * @throws SwitchyardError `run.limit_exceeded` where nothing is left
 */
export function limitsBelow(caller: RunState, own: Limits | undefined, platform: RunLimits, now: Date): Limits {
  const allowed = effectiveLimits(caller, platform);
  const exceeded = exceededLimit(caller, { ...allowed, turns: 0 }, now);
  if (exceeded) throw exceeded;
  const { usage, childUsage, costUsd, childCostUsd, createdAt } = caller;
  const used = {
    tokens: usage.inputTokens + usage.outputTokens + childUsage.inputTokens + childUsage.outputTokens,
    costUsd: costUsd + childCostUsd,
    seconds: (now.getTime() - Date.parse(createdAt)) / 1_000,
  };
  const left = (field: keyof typeof used): number => (allowed[field] > 0 ? allowed[field] - used[field] : 0);
  return create(LimitsSchema, {
    turns: own?.turns ?? 0,
    tokens: least(own?.tokens || platform.tokens, left('tokens')),
    // Whole seconds, and 0 would be no bound.
    seconds: least(own?.seconds || platform.seconds, allowed.seconds > 0 ? Math.max(1, Math.ceil(left('seconds'))) : 0),
    costUsd: least(own?.costUsd || platform.costUsd, left('costUsd')),
  });
}

/** 0 sets no bound. */
function least(...bounds: number[]): number {
  const given = bounds.filter((bound) => bound > 0);
  return given.length === 0 ? 0 : Math.min(...given);
}
