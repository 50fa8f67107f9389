import { createHash } from 'node:crypto';
import { SwitchyardError } from '@switchyard/contracts';
import type { EntityManager } from 'typeorm';
import { sql } from '../sql.js';

/** A part of a line that is too long for one message. */
export interface LinePart {
  /** "sha256:" and 64 hex digits, of the whole line in UTF-8. */
  hash: string;
  /** From 0. */
  number: number;
  text: string;
  last: boolean;
}

/**
 * Keeps parts of a line in `<schema>.bundle_parts` until the last of them, for whichever replica gets them, and gives the
 * line then. What an import that was broken off left goes after a day.
 *
 * @returns undefined while it is not whole
 * @throws SwitchyardError `bundle.invalid` where the parts make another line
 */
export async function joinLine(
  on: EntityManager,
  schema: string,
  tenant: string,
  { hash, number, text, last }: LinePart,
): Promise<string | undefined> {
  await sql(
    on,
    `INSERT INTO ${schema}.bundle_parts (tenant, hash, number, text, at) VALUES ($1, $2, $3, $4, now())
     ON CONFLICT (tenant, hash, number) DO UPDATE SET text = excluded.text, at = excluded.at`,
    [tenant, hash, number, text],
  );
  if (!last) return undefined;
  const rows = await sql<{ text: string }>(
    on,
    `WITH old AS (DELETE FROM ${schema}.bundle_parts WHERE at < now() - interval '1 day'),
       parts AS (DELETE FROM ${schema}.bundle_parts WHERE tenant = $1 AND hash = $2 RETURNING number, text)
     SELECT text FROM parts ORDER BY number`,
    [tenant, hash],
  );
  const line = rows.map((row) => row.text).join('');
  if (`sha256:${createHash('sha256').update(line).digest('hex')}` === hash) return line;
  throw new SwitchyardError(
    'bundle.invalid',
    'A long line did not arrive as it was sent: parts of it are missing. Import the bundle again.',
    { retryable: true, details: { hash } },
  );
}
