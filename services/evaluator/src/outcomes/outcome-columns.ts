import type { EndedRun } from './ended-run.js';

interface OutcomeColumn {
  name: string;
  type: 'text' | 'json' | 'boolean' | 'integer' | 'double precision' | 'timestamptz';
  of: (run: EndedRun) => string | number | boolean | Date | null;
}

/** What an outcome keeps of a run, by the table's columns. */
export const OUTCOME_COLUMNS: readonly OutcomeColumn[] = [
  { name: 'tenant', type: 'text', of: (run) => run.tenant },
  { name: 'run_id', type: 'text', of: (run) => run.runId },
  { name: 'task_id', type: 'text', of: (run) => run.taskId },
  { name: 'agent', type: 'text', of: (run) => run.agent },
  { name: 'agent_version', type: 'text', of: (run) => run.agentVersion },
  { name: 'backend', type: 'text', of: (run) => run.backend },
  { name: 'configuration', type: 'text', of: (run) => run.configuration },
  { name: 'status', type: 'text', of: (run) => run.status },
  { name: 'error', type: 'json', of: (run) => run.error && JSON.stringify(run.error) },
  { name: 'usage', type: 'json', of: (run) => run.usage && JSON.stringify(run.usage) },
  { name: 'cost_usd', type: 'double precision', of: (run) => run.costUsd },
  { name: 'duration_ms', type: 'double precision', of: (run) => run.durationMs },
  { name: 'turns', type: 'integer', of: (run) => run.turns },
  { name: 'tool_calls', type: 'integer', of: (run) => run.toolCalls },
  { name: 'moved', type: 'boolean', of: (run) => run.moved },
  { name: 'retries', type: 'integer', of: (run) => run.retries },
  { name: 'repairs', type: 'integer', of: (run) => run.repairs },
  { name: 'overrides', type: 'integer', of: (run) => run.overrides },
  { name: 'first_token_ms', type: 'double precision', of: (run) => run.firstTokenMs },
  { name: 'redrive_of', type: 'text', of: (run) => run.redriveOf },
  { name: 'task_class', type: 'text', of: (run) => run.taskClass },
  { name: 'class_by', type: 'text', of: (run) => run.classBy },
  { name: 'user_id', type: 'text', of: (run) => run.user },
  { name: 'thread', type: 'text', of: (run) => run.thread },
  { name: 'rollout', type: 'text', of: (run) => run.rollout },
  { name: 'rollout_arm', type: 'text', of: (run) => run.rolloutArm },
  { name: 'replayed', type: 'boolean', of: (run) => run.replayed },
  { name: 'started_at', type: 'timestamptz', of: (run) => run.startedAt },
  { name: 'ended_at', type: 'timestamptz', of: (run) => run.endedAt },
];
