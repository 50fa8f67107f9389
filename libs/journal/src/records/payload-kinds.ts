import { tableKind, type RecordKind } from '@switchyard/persistence';

const SINCE = 'r.created_at >= $since';

/** Values that were too large for an entry. */
export const PAYLOADS: RecordKind = tableKind({
  kind: 'payload',
  part: 'runs',
  table: 'journal.payloads',
  key: ['hash'],
  madeIds: ['hash'],
  leaveOut: { used_at: 'now()' },
  rows: 4,
  holds: {
    condition: `'sha256:' || encode(sha256(convert_to(r.data, 'UTF8')), 'hex') = r.hash AND r.bytes = octet_length(r.data)`,
    otherwise: 'its hash is that of another value',
  },
  since: `EXISTS (SELECT 1 FROM journal.payload_uses u JOIN journal.runs r USING (run_id)
    WHERE u.tenant = t.tenant AND u.hash = t.hash AND ${SINCE})`,
});

/** Which runs refer to which of them. */
export const PAYLOAD_USES: RecordKind = tableKind({
  kind: 'payload_use',
  part: 'runs',
  table: 'journal.payload_uses',
  key: ['hash', 'run_id'],
  madeIds: ['hash', 'run_id'],
  since: `EXISTS (SELECT 1 FROM journal.runs r WHERE r.run_id = t.run_id AND ${SINCE})`,
  links: [{ kind: 'payload', by: ['hash'] }],
});
