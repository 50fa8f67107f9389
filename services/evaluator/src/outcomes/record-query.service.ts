import { Inject, Injectable } from '@nestjs/common';
import {
  ConfigurationSchema,
  create,
  ErrorInfoSchema,
  fromStore,
  OutcomeSchema,
  SwitchyardError,
  timestampFromDate,
  UsageSchema,
  type ConfigurationRecordSchema,
  type ListConfigurationsQuery,
  type MessageInitShape,
  type Outcome,
  type OutcomeQuery,
} from '@switchyard/contracts';
import { EvaluationRepository } from '../evaluations/evaluation.repository.js';
import { wilsonInterval } from '../statistics/wilson.js';
import { OutcomeRepository, type ConfigurationRow } from './outcome.repository.js';

/** What the record says. */
@Injectable()
export class RecordQueryService {
  constructor(
    @Inject(OutcomeRepository) private readonly outcomes: OutcomeRepository,
    @Inject(EvaluationRepository) private readonly evaluations: EvaluationRepository,
  ) {}

  async configurations({
    tenant,
    agent,
  }: ListConfigurationsQuery): Promise<MessageInitShape<typeof ConfigurationRecordSchema>[]> {
    const rows = await this.outcomes.configurations(tenant, agent);
    return rows.map(configurationView);
  }

  /** @throws SwitchyardError `run.not_found` while there is no outcome */
  async outcome({ tenant, runId }: OutcomeQuery): Promise<Outcome> {
    const row = await this.outcomes.find(tenant, runId);
    if (row === undefined) {
      throw new SwitchyardError(
        'run.not_found',
        `No outcome of run "${runId}" is recorded: it runs still, or there is no such run.`,
        {
          details: { run: runId },
        },
      );
    }
    const scores = await this.evaluations.scoresOfRun(tenant, runId);
    return create(OutcomeSchema, {
      runId: row.run_id,
      agent: row.agent,
      configuration: row.configuration,
      status: row.status,
      ...(row.error ? { error: fromStore(ErrorInfoSchema, row.error) } : {}),
      ...(row.usage ? { usage: fromStore(UsageSchema, row.usage) } : {}),
      costUsd: row.cost_usd,
      durationMs: row.duration_ms,
      turns: row.turns,
      toolCalls: row.tool_calls,
      scores,
      endedAt: timestampFromDate(row.ended_at),
    });
  }
}

/** A cancelled run says nothing for or against its configuration. */
function configurationView(row: ConfigurationRow): MessageInitShape<typeof ConfigurationRecordSchema> {
  const decided = row.completed + row.failed;
  const successRate = decided === 0 ? 0 : row.completed / decided;
  const { low, high } = wilsonInterval(successRate, decided);
  return {
    configuration: fromStore(ConfigurationSchema, row.configuration),
    agent: row.agent,
    runs: row.runs,
    completed: row.completed,
    failed: row.failed,
    cancelled: row.cancelled,
    successRate,
    successLow: low,
    successHigh: high,
    meanCostUsd: row.mean_cost,
    p50DurationMs: row.p50,
    p95DurationMs: row.p95,
    firstSeen: timestampFromDate(row.first_seen),
    lastSeen: timestampFromDate(row.last_seen),
  };
}
