import { GroupCommit, sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';

/** How long marks are gathered, in milliseconds: a short run is marked once, not at every step. */
const GATHER_MS = 100;

/** SKIP LOCKED: a row that is being appended to is left to the next mark or to the relay; nothing waits crosswise. */
const MARK = `
WITH locked AS (
  SELECT r.run_id, m.marked
  FROM (
    SELECT run_id, range_agg(int4range(seq, seq, '[]')) AS marked
    FROM unnest($1::text[], $2::integer[]) AS u (run_id, seq) GROUP BY run_id
  ) m JOIN journal.runs r USING (run_id)
  ORDER BY r.run_id FOR NO KEY UPDATE OF r SKIP LOCKED
)
UPDATE journal.runs r
SET published = r.published + l.marked,
    settled = r.settled OR (r.ended_at IS NOT NULL AND r.published + l.marked @> int4range(1, r.seq, '[]'))
FROM locked l WHERE r.run_id = l.run_id
RETURNING r.run_id`;

const HEARTBEAT = `
WITH locked AS (
  SELECT r.run_id FROM journal.runs r
  WHERE r.run_id = ANY ($1::text[]) AND r.status IN ('queued', 'running')
    AND (r.status = 'queued' OR r.updated_at < now() - interval '5 seconds')
  ORDER BY r.run_id FOR NO KEY UPDATE OF r SKIP LOCKED
)
UPDATE journal.runs r SET status = 'running', updated_at = now()
FROM locked l WHERE r.run_id = l.run_id AND r.status IN ('queued', 'running')`;

/** For each run the places of events that were published. */
type Marks = Map<string, number[]>;

/** What is written beside the events: who has published what, and which runs are in hand. None of it is the truth. */
export class Bookkeeping {
  readonly #dataSource: DataSource;
  readonly #marks: GroupCommit<Marks, void>;
  #gathering: { marks: Marks; written: Promise<void>; now: () => void } | undefined;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
    this.#marks = new GroupCommit<Marks, void>({
      maxInFlight: 1,
      maxItems: 1,
      flush: async ([marks = new Map<string, number[]>()]) => {
        await this.#write(marks);
        return [{ status: 'fulfilled', value: undefined }];
      },
    });
  }

  markPublished(runId: string, seqs: readonly number[]): Promise<void> {
    this.#gathering ??= this.#gather();
    const { marks, written } = this.#gathering;
    marks.set(runId, [...(marks.get(runId) ?? []), ...seqs]);
    return written;
  }

  async heartbeat(runIds: readonly string[]): Promise<void> {
    if (runIds.length > 0) await sql(this.#dataSource, HEARTBEAT, [[...runIds]]);
  }

  async close(): Promise<void> {
    this.#gathering?.now();
    await this.#marks.close();
  }

  #gather(): { marks: Marks; written: Promise<void>; now: () => void } {
    const marks = new Map<string, number[]>();
    let now: () => void = () => undefined;
    const written = new Promise<void>((resolve, reject) => {
      const start = (): void => {
        clearTimeout(timer);
        this.#gathering = undefined;
        this.#marks.submit(marks).then(resolve, reject);
      };
      const timer = setTimeout(start, GATHER_MS);
      now = start;
    });
    return { marks, written, now };
  }

  async #write(marks: Marks): Promise<void> {
    const rest = new Map(marks);
    // Rows that somebody held are tried once more; then the relay's second publication is cheaper than waiting.
    for (let attempt = 1; attempt <= 2 && rest.size > 0; attempt += 1) {
      const places = [...rest].flatMap(([runId, seqs]) => seqs.map((seq) => ({ runId, seq })));
      const parameters = [places.map(({ runId }) => runId), places.map(({ seq }) => seq)];
      const rows = await sql<{ run_id: string }>(this.#dataSource, MARK, parameters, { name: 'journal_mark' });
      for (const { run_id } of rows) rest.delete(run_id);
    }
  }
}
