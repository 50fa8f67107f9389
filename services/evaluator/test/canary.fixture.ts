import { timestampFromDate, type CanarySchema, type MessageInitShape } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { seededNumbers } from '@switchyard/testing';
import type { DataSource } from 'typeorm';

export type CanaryInit = MessageInitShape<typeof CanarySchema>;

/** A run of a rollout, as the record has it. */
export interface RecordedRun {
  runId: string;
  arm: 'candidate' | 'baseline';
  thread: string;
  status: 'completed' | 'failed' | 'cancelled';
  costUsd: number;
  durationMs: number;
  overrides: number;
  replayed: boolean;
  redriveOf: string;
  /** Milliseconds since the rollout began. */
  at: number;
}

export const BEGAN = new Date('2026-11-01T00:00:00Z');
export const startedAt = timestampFromDate(BEGAN);

const PLAIN = {
  ...{ status: 'completed', costUsd: 0.01, durationMs: 100, overrides: 0, replayed: false, redriveOf: '' },
} as const;

/** A series of threads with a run each, drawn into arms. */
export function drawnRuns(
  prefix: string,
  count: number,
  seed: number,
  { share = 0.5, baseline = 0.9, candidate = 0.9 }: { share?: number; baseline?: number; candidate?: number } = {},
): RecordedRun[] {
  const random = seededNumbers(seed);
  return Array.from({ length: count }, (_, index) => {
    const arm = random() < share ? 'candidate' : 'baseline';
    const status = random() < (arm === 'candidate' ? candidate : baseline) ? 'completed' : 'failed';
    const runId = `run_${prefix}_${String(index).padStart(6, '0')}`;
    return { ...PLAIN, runId, arm, thread: `${prefix} ${index}`, status, at: index * 1_000 };
  });
}

/** Writes them into the record at once: what the bus tells one by one is tested elsewhere. */
export async function record(dataSource: DataSource, rollout: string, runs: readonly RecordedRun[]): Promise<void> {
  await sql(
    dataSource,
    `INSERT INTO evaluation.outcomes (tenant, run_id, task_id, agent, agent_version, backend, configuration, status, cost_usd, duration_ms,
       turns, tool_calls, overrides, thread, rollout, rollout_arm, replayed, redrive_of, started_at, ended_at)
     SELECT 'default', "runId", "runId", 'helper', 'sha256:' || arm, 'sim', 'sha256:' || arm, status, "costUsd", "durationMs", 1, 0, overrides,
       thread, $2, arm, replayed, "redriveOf", $3::timestamptz + at * interval '1 ms', $3::timestamptz + (at + 500) * interval '1 ms'
     FROM json_to_recordset($1::json) AS r ("runId" text, arm text, thread text, status text, "costUsd" float8, "durationMs" float8,
       overrides integer, replayed boolean, "redriveOf" text, at float8)`,
    [JSON.stringify(runs), rollout, BEGAN],
  );
}
