import type { TableKind } from '@switchyard/persistence';

/** Why a run ends that had not ended in a bundle. */
export const IMPORTED = 'It had not ended when it was exported. Where it comes from it may go on; here it never does.';
export const IMPORTER = 'import';

const OPEN = 'r.ended_at IS NULL';
const closed = (value: string, column: string) => `CASE WHEN ${OPEN} THEN ${value} ELSE r.${column} END`;

/**
 * The rows of runs. Where its entries stand and who was told of them is a system's own affair: an imported run is settled,
 * so that nobody publishes its entries, wakes it or looks after it. One that had not ended is cancelled at its last entry.
 */
export const RUN_TABLE: TableKind = {
  kind: 'run',
  part: 'runs',
  table: 'journal.runs',
  key: ['run_id'],
  madeIds: ['run_id'],
  leaveOut: {
    published: `int4multirange(int4range(1, r.seq + (${OPEN})::integer, '[]'))`,
    settled: 'true',
    archived: 'false',
  },
  stored: {
    status: closed(`'cancelled'`, 'status'),
    seq: closed('r.seq + 1', 'seq'),
    parked_reason: closed(`''`, 'parked_reason'),
    parked_calls: closed(`'[]'::jsonb`, 'parked_calls'),
    wake_at: closed('NULL', 'wake_at'),
    approvals: closed('0', 'approvals'),
    error: closed(
      `jsonb_build_object('code', 'run.cancelled', 'message', '${IMPORTED.replaceAll("'", "''")}', 'retryable', false,
        'details', jsonb_build_object('by', '${IMPORTER}'))`,
      'error',
    ),
    ended_at: 'coalesce(r.ended_at, r.updated_at)',
  },
  since: 't.created_at >= $since',
  links: [{ kind: 'agent_version', by: ['agent', 'agent_version'] }],
};
