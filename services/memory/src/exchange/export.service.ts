import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  timestampFromDate,
  type ExportPageSchema,
  type ExportQuery,
  type MessageInitShape,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { checkName, checkScope } from '../check-request.js';
import { groupBy } from '../group-by.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { MEMORY_COLUMNS, MEMORY_TABLES, toMemory, type MemoryRow } from '../persistence/memory-row.js';
import { thatFit } from '../reply-size.js';

const MESSAGE = 'ExportQuery';
const DEFAULT_PAGE = 100;
const MAX_PAGE = 200;

interface VersionRow {
  memory_id: string;
  valid_from: Date;
  valid_to: Date | null;
  known_from: Date;
  known_to: Date | null;
}

/** Gives memories out, with what was known of them. */
@Injectable()
export class ExportService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * In the order in which they were stored, so that the same store gives the same export, and nothing stands before what
   * it rests on. Should the last one of a page be erased before the next is asked for, that begins about there. What was
   * retracted is left out unless all is asked for; what has expired always is.
   *
   * @throws SwitchyardError `contract.invalid`
   */
  page(query: ExportQuery): Promise<MessageInitShape<typeof ExportPageSchema>> {
    const { tenant, agent, user, thread } = checkScope(query.scope, MESSAGE);
    const after = checkName(query.after, MESSAGE, 'after');
    const limit = Math.min(query.limit || DEFAULT_PAGE, MAX_PAGE);
    return asTenant(this.dataSource, tenant, async (manager) => {
      const rows = await sql<MemoryRow>(
        manager,
        `SELECT ${MEMORY_COLUMNS} FROM ${MEMORY_TABLES}
         WHERE m.tenant = $1 AND ($2 = '' OR s.agent = $2) AND ($3 = '' OR s.user_id = $3) AND ($4 = '' OR s.thread = $4)
           AND m.doc > coalesce(
             (SELECT doc FROM memory.memories WHERE id = $5), (SELECT max(doc) FROM memory.memories WHERE id < $5), 0) AND ($7 OR m.state <> 'retracted') AND (m.expires_at IS NULL OR m.expires_at > $8)
         ORDER BY m.doc LIMIT $6`,
        [tenant, agent, user, thread, after, limit, query.all, this.now()],
      );
      const fitting = thatFit(rows);
      const versions = await sql<VersionRow>(
        manager,
        `SELECT memory_id, valid_from, nullif(valid_to, 'infinity') AS valid_to, known_from,
           nullif(known_to, 'infinity') AS known_to
         FROM memory.versions WHERE memory_id = ANY ($1) ORDER BY memory_id, known_from, valid_from`,
        [fitting.map(({ id }) => id)],
      );
      const byMemory = groupBy(versions, ({ memory_id }) => memory_id);
      return {
        records: fitting.map((row) => ({
          memory: toMemory(row),
          versions: (byMemory.get(row.id) ?? []).map(versionOf),
        })),
      };
    });
  }
}

function versionOf({ valid_from, valid_to, known_from, known_to }: VersionRow) {
  return {
    validFrom: timestampFromDate(valid_from),
    knownFrom: timestampFromDate(known_from),
    ...(valid_to && { validTo: timestampFromDate(valid_to) }),
    ...(known_to && { knownTo: timestampFromDate(known_to) }),
  };
}
