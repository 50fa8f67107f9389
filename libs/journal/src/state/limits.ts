import { SwitchyardError } from '@switchyard/contracts';
import type { RunLimits, RunState, RunUsage } from './run-state.js';

/** The run's own bounds, and the platform's where the run sets none. */
export function effectiveLimits(state: Pick<RunState, 'limits'>, platform: RunLimits): RunLimits {
  const { turns, tokens, seconds, costUsd } = state.limits;
  return {
    turns: turns || platform.turns,
    tokens: tokens || platform.tokens,
    seconds: seconds || platform.seconds,
    costUsd: costUsd || platform.costUsd,
  };
}

/**
 * Why the run may not take another turn: `run.limit_exceeded` with the limit, what it allows and what was used; null
 * while it may. A bound of 0 is no bound. Tokens and money of the runs that its calls started count as its own; turns
 * that a fork took over do not.
 */
export function exceededLimit(state: RunState, limits: RunLimits, now: Date): SwitchyardError | null {
  const seconds = Math.max(0, now.getTime() - Date.parse(state.createdAt)) / 1_000;
  const checks: [keyof RunLimits, number, string][] = [
    ['turns', state.turns - (state.fork?.turns ?? 0), 'model turns'],
    ['tokens', tokensOf(state.usage) + tokensOf(state.childUsage), 'tokens'],
    ['seconds', Math.round(seconds * 10) / 10, 'seconds'],
    ['costUsd', state.costUsd + state.childCostUsd, 'US dollars'],
  ];
  const hit = checks.find(([name, used]) => limits[name] > 0 && used >= limits[name]);
  if (!hit) return null;
  const [name, used, unit] = hit;
  const limit = name === 'costUsd' ? 'cost_usd' : name;
  return new SwitchyardError(
    'run.limit_exceeded',
    `The run used ${used} of at most ${limits[name]} ${unit} and was not done. Raise limits.${limit} of the agent or the task, or give it less to do.`,
    { details: { limit, allowed: limits[name], used } },
  );
}

function tokensOf({ inputTokens, outputTokens }: RunUsage): number {
  return inputTokens + outputTokens;
}
