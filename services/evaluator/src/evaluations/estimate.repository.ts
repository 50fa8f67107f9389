import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

/** What recorded runs took. */
export interface Taken {
  runs: number;
  /** US dollars of a run. */
  mean: number;
  /** Of the cost of a run; 0 where there is one run. */
  deviation: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
}

/** The last so many: what a run costs changes with its agent. */
const RUNS = 500;

const TAKEN = `count(*)::integer AS runs, coalesce(avg(cost), 0) AS mean, coalesce(stddev_samp(cost), 0) AS deviation,
  coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms), 0) AS p50,
  coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms), 0) AS p95`;

@Injectable()
export class EstimateRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  ofSuite(tenant: string, suite: string, agent: string, backend: string): Promise<Taken> {
    return this.read(
      `SELECT a.cost_usd AS cost, a.duration_ms FROM evaluation.attempts a
       JOIN evaluation.evaluations e ON e.id = a.evaluation_id
       WHERE e.tenant = $1 AND e.suite = $2 AND e.agent = $3 AND e.backend = $4 AND a.status = 'completed'
       ORDER BY e.id DESC LIMIT ${RUNS}`,
      [tenant, suite, agent, backend],
    );
  }

  /** @param backend any where empty */
  ofAgent(tenant: string, agent: string, backend: string): Promise<Taken> {
    return this.read(
      `SELECT cost_usd AS cost, duration_ms FROM evaluation.outcomes
       WHERE tenant = $1 AND agent = $2 AND ($3 = '' OR backend = $3) AND status = 'completed' AND NOT moved AND NOT replayed
       ORDER BY ended_at DESC LIMIT ${RUNS}`,
      [tenant, agent, backend],
    );
  }

  /** @param prices US dollars a million tokens */
  atPrices(tenant: string, agent: string, { input, output }: { input: number; output: number }): Promise<Taken> {
    return this.read(
      `SELECT (coalesce((usage ->> 'input_tokens')::float8, 0) * $3 + coalesce((usage ->> 'output_tokens')::float8, 0) * $4) / 1e6 AS cost,
         duration_ms
       FROM evaluation.outcomes WHERE tenant = $1 AND agent = $2 AND status = 'completed' AND usage IS NOT NULL AND NOT replayed
       ORDER BY ended_at DESC LIMIT ${RUNS}`,
      [tenant, agent, input, output],
    );
  }

  private async read(runs: string, parameters: (string | number)[]): Promise<Taken> {
    const [taken] = await sql<Taken>(this.dataSource, `SELECT ${TAKEN} FROM (${runs}) runs`, parameters);
    return taken ?? { runs: 0, mean: 0, deviation: 0, p50: 0, p95: 0 };
  }
}
