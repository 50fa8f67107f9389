import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  timestampFromDate,
  type MemoryHistorySchema,
  type MemoryQuery,
  type MessageInitShape,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { memoryNotFound } from '../memory-error.js';
import { asTenant } from '../persistence/as-tenant.js';
import { MEMORY_COLUMNS, MEMORY_TABLES, toMemory, type MemoryRow } from '../persistence/memory-row.js';
import { thatFit } from '../reply-size.js';
import { toAct, type ActRow } from './acts.js';

/** Of each kind of relation at most: a memory that hundreds rest on is explained by the first. */
const MAX_RELATED = 100;

interface VersionRow {
  valid_from: Date;
  valid_to: Date | null;
  known_from: Date;
  known_to: Date | null;
}

/** Explains one memory: from where, what came of it, what was known when, what was done to it. */
@Injectable()
export class HistoryService {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @throws SwitchyardError `memory.not_found` */
  read({ tenant, id }: MemoryQuery): Promise<MessageInitShape<typeof MemoryHistorySchema>> {
    return asTenant(this.dataSource, tenant, async (manager) => {
      const select = `SELECT ${MEMORY_COLUMNS} FROM ${MEMORY_TABLES}`;
      const [row] = await sql<MemoryRow>(manager, `${select} WHERE m.tenant = $1 AND m.id = $2`, [tenant, id]);
      if (!row) throw memoryNotFound(id);
      const related = (from: string, to: string) =>
        sql<MemoryRow>(
          manager,
          `${select} WHERE m.id IN (SELECT ${from} FROM memory.evidence WHERE ${to} = $1) ORDER BY m.doc LIMIT ${MAX_RELATED}`,
          [id],
        );
      const evidence = await related('evidence_id', 'memory_id');
      const derived = await related('memory_id', 'evidence_id');
      const versions = await sql<VersionRow>(
        manager,
        `SELECT valid_from, nullif(valid_to, 'infinity') AS valid_to, known_from, nullif(known_to, 'infinity') AS known_to
         FROM memory.versions WHERE memory_id = $1 ORDER BY known_from, valid_from`,
        [id],
      );
      const acts = await sql<ActRow>(
        manager,
        `SELECT * FROM memory.acts WHERE tenant = $1 AND memories @> ARRAY[$2] ORDER BY at, id LIMIT ${MAX_RELATED}`,
        [tenant, id],
      );
      const [, ...fitting] = thatFit([row, ...evidence, ...derived]);
      const shown = new Set(fitting.map((each) => each.id));
      return {
        memory: toMemory(row),
        evidence: evidence.filter((each) => shown.has(each.id)).map(toMemory),
        derived: derived.filter((each) => shown.has(each.id)).map(toMemory),
        versions: versions.map(versionOf),
        acts: acts.map(toAct),
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
