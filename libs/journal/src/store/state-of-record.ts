import { initialState, type RunState } from '../state/run-state.js';
import type { RunRecord } from './run-record.js';

/** The state as far as the projection tells it: enough to end a run, and nothing to go on with. */
export function stateOfRecord(record: RunRecord): RunState {
  const {
    parkedReason: _reason,
    parkedCalls: _calls,
    wakeAt: _at,
    treeUsage: _usage,
    treeCostUsd: _cost,
    payloads: _payloads,
    createdAt,
    updatedAt,
    endedAt,
    ...told
  } = record;
  return {
    ...initialState(told),
    ...told,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? '',
  };
}
