import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { SwitchyardError } from '@switchyard/contracts';

const deflated = promisify(deflate);
const inflated = promisify(inflate);

/**
 * Entries as one compressed value: zlib (RFC 1950) of their JSON texts, one a line. Postgres writes jsonb on one line, and
 * a line break inside a JSON text is an escape.
 */
export function packEntries(lines: readonly string[]): Promise<Buffer> {
  return deflated(lines.join('\n'));
}

/** @throws SwitchyardError `journal.archive_damaged` */
export async function unpackEntries(runId: string, packed: Buffer): Promise<string[]> {
  try {
    return (await inflated(packed)).toString('utf8').split('\n');
  } catch (cause) {
    throw new SwitchyardError(
      'journal.archive_damaged',
      `The archive of run ${runId} cannot be unpacked: the database was changed by hand, or its storage is damaged. Restore its row in journal.archives from a backup.`,
      { details: { run_id: runId }, cause },
    );
  }
}
