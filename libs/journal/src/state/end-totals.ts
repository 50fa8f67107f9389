import type { RunState } from './run-state.js';

/** What every event that ends a run says of it, whoever ends it. `durationMs` counts from its acceptance. */
export function endTotals(state: RunState, now: Date = new Date()) {
  const { usage, costUsd, turns, toolCalls, configuration, backend, agentVersion, createdAt } = state;
  const durationMs = createdAt === '' ? 0 : Math.max(0, now.getTime() - Date.parse(createdAt));
  return { usage: { ...usage }, costUsd, turns, toolCalls, configuration, backend, agentVersion, durationMs };
}
