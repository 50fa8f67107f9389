import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

/** One run of an evaluation with what the record says of it. */
export interface RunRow {
  case_id: string;
  run_id: string;
  status: string;
  /** Of its error; empty where there is none. */
  code: string;
  message: string;
  output: JsonValue;
  turns: number;
  moved: boolean;
  input_tokens: number;
  /** `Configuration`; null where it ended before its first model turn. */
  configuration: JsonObject | null;
  /** Over its scorers, of those that could score. */
  score: number | null;
}

/** What evaluations of watches found. */
@Injectable()
export class ObservationRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  runs(evaluationId: string): Promise<RunRow[]> {
    return sql<RunRow>(
      this.dataSource,
      `SELECT a.case_id, a.run_id, a.status, coalesce(a.error ->> 'code', '') AS code, coalesce(a.error ->> 'message', '') AS message, a.output,
         coalesce(o.turns, 0) AS turns, coalesce(o.moved, false) AS moved, coalesce((o.usage ->> 'input_tokens')::integer, 0) AS input_tokens,
         c.configuration,
         (SELECT avg(s.value) FROM evaluation.scores s
          WHERE s.evaluation_id = a.evaluation_id AND s.case_id = a.case_id AND s.repeat = a.repeat AND s.error_code = '') AS score
       FROM evaluation.attempts a
       LEFT JOIN evaluation.outcomes o ON o.tenant = a.tenant AND o.run_id = a.run_id
       LEFT JOIN evaluation.configurations c ON c.tenant = o.tenant AND c.fingerprint = o.configuration
       WHERE a.evaluation_id = $1 ORDER BY a.position, a.repeat`,
      [evaluationId],
    );
  }
}
