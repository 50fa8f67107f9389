import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { MemoryAsksSchema, MessageInitShape } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { dayOf } from './daily-limit.js';

interface Row {
  agent: string;
  kind: string;
  waiting: number;
  asked: number;
  done: number;
  failed: number;
  dropped: number;
  spent: number;
  max: number;
  problem: string;
}

/** What was asked of agents, for operators. */
@Injectable()
export class AsksStatusService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** By agent and kind: those with something open, or asked since the day began. */
  async read(tenant: string): Promise<MessageInitShape<typeof MemoryAsksSchema>[]> {
    const rows = await asTenant(this.dataSource, tenant, (manager) =>
      sql<Row>(manager, STATUS, [tenant, dayOf(this.now())]),
    );
    return rows.map(({ agent, kind, waiting, asked, done, failed, dropped, spent, max, problem }) => ({
      agent,
      kind,
      waiting,
      asked,
      done,
      failed,
      dropped,
      spentUsd: spent,
      maxUsdPerDay: max,
      lastProblem: problem || (waiting > 0 ? WAITS : ''),
    }));
  }
}

const WAITS =
  'What may be spent today is spent or set aside; the rest is asked for when there is room, at the latest tomorrow (UTC).';

/** The money is of all kinds of an agent together, as it is limited. */
const STATUS = `
SELECT agent, kind,
  count(*) FILTER (WHERE status = 'waiting')::integer AS waiting,
  count(*) FILTER (WHERE status = 'asked')::integer AS asked,
  count(*) FILTER (WHERE status = 'done')::integer AS done,
  count(*) FILTER (WHERE status = 'failed')::integer AS failed,
  coalesce(sum(dropped), 0)::integer AS dropped,
  (sum(sum(CASE status WHEN 'asked' THEN reserved_usd ELSE cost_usd END)) OVER (PARTITION BY agent))::float8 AS spent,
  (array_agg(max_usd_per_day ORDER BY created_at DESC))[1] AS max,
  coalesce((array_agg(problem ORDER BY ended_at DESC) FILTER (WHERE problem <> ''))[1], '') AS problem
FROM memory.derivations
WHERE tenant = $1 AND (status IN ('waiting', 'asked') OR asked_at >= $2)
GROUP BY agent, kind ORDER BY agent, kind`;
