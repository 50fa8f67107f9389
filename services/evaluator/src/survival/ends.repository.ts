import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { ExplicitEnd } from './explicit-end.js';
import type { EndCause } from './lives.js';

interface RolledBackRow {
  agent: string;
  candidate: string;
  measure: string | null;
  ended_at: Date;
}

/** Rollouts of one report, those that ended last. */
const MOST = 10_000;

/** Ends of configurations that were noted when they came. */
@Injectable()
export class EndsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** All of them, whoever noted them: further sources add theirs here. @param agent empty: any */
  async of(tenant: string, agent: string): Promise<ExplicitEnd[]> {
    return [...(await this.rolledBack(tenant, agent))];
  }

  /** Candidates of rollouts that were rolled back, by a guardrail or by a person. One without a name has that of its measure. */
  private async rolledBack(tenant: string, agent: string): Promise<ExplicitEnd[]> {
    const rows = await sql<RolledBackRow>(
      this.dataSource,
      `SELECT agent, candidate, ended_at,
         coalesce((SELECT g ->> 'measure' FROM json_array_elements(coalesce(rollout -> 'guardrails', '[]')) g
          WHERE coalesce(nullif(g ->> 'name', ''), g ->> 'measure') = rollout ->> 'guardrail' LIMIT 1),
           rollout ->> 'guardrail') AS measure
       FROM evaluation.rollouts WHERE tenant = $1 AND ($2 = '' OR agent = $2) AND status = 'rolled_back' AND ended_at IS NOT NULL
       ORDER BY ended_at DESC LIMIT ${MOST}`,
      [tenant, agent],
    );
    return rows.map(({ agent: of, candidate, measure, ended_at: at }) => ({
      of: { agent: of, agentVersion: candidate },
      at,
      cause: causeOf(measure),
    }));
  }
}

/** What a guardrail that measures this found; people, and measures that are no cause of their own, roll back. */
function causeOf(measure: string | null): EndCause {
  if (measure === 'success') return 'error_rate';
  return measure === 'cost' ? 'cost' : 'rolled_back';
}
