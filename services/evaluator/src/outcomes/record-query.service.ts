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
  type Configuration,
  type ConfigurationRecordSchema,
  type ListConfigurationsQuery,
  type MessageInitShape,
  type Outcome,
  type OutcomeQuery,
} from '@switchyard/contracts';
import { wilsonInterval } from '@switchyard/evidence';
import { EvaluationRepository } from '../evaluations/evaluation.repository.js';
import { FeedbackRepository, type FeedbackSumRow } from '../feedback/feedback.repository.js';
import { feedbackView } from '../feedback/feedback-view.js';
import { OutcomeRepository, type ConfigurationRow } from './outcome.repository.js';
import { differingParts, readParts } from './parts.js';

/** Current words of one run that are shown with its outcome. */
const MAX_FEEDBACK = 100;
/** Digits of a fingerprint that name it. */
const MIN_DIGITS = 8;

type RecordInit = MessageInitShape<typeof ConfigurationRecordSchema>;

/** What the record says. */
@Injectable()
export class RecordQueryService {
  constructor(
    @Inject(OutcomeRepository) private readonly outcomes: OutcomeRepository,
    @Inject(EvaluationRepository) private readonly evaluations: EvaluationRepository,
    @Inject(FeedbackRepository) private readonly feedback: FeedbackRepository,
  ) {}

  /** @throws SwitchyardError `evaluation.invalid` (an unknown part), `configuration.not_found` (of `like`) */
  async configurations({ tenant, agent, like, butFor, taskClass }: ListConfigurationsQuery): Promise<RecordInit[]> {
    const parts = readParts(butFor);
    const [rows, sums] = await Promise.all([
      this.outcomes.configurations(tenant, agent, taskClass),
      this.feedback.sums(tenant, agent, taskClass),
    ]);
    const listed = rows.map((row) => {
      const configuration = fromStore(ConfigurationSchema, row.configuration);
      const said = sums.filter((sum) => sum.configuration === configuration.fingerprint);
      return { configuration, record: configurationView(row, configuration, said) };
    });
    if (like === '') return listed.map(({ record }) => record);
    const named = theOne(
      listed.map(({ configuration }) => configuration),
      like,
    );
    return listed.flatMap(({ configuration, record }) => {
      const differsIn = differingParts(named, configuration);
      return differsIn.every((part) => parts.includes(part)) ? [{ ...record, differsIn }] : [];
    });
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
    const current = { runId, agent: '', revisions: false, limit: MAX_FEEDBACK };
    const [scores, feedback] = await Promise.all([
      this.evaluations.scoresOfRun(tenant, runId),
      this.feedback.list(tenant, current),
    ]);
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
      retries: row.retries,
      repairs: row.repairs,
      overrides: row.overrides,
      redriveOf: row.redrive_of,
      taskClass: row.task_class,
      user: row.user_id,
      thread: row.thread,
      moved: row.moved,
      rollout: row.rollout,
      rolloutArm: row.rollout_arm,
      replayed: row.replayed,
      feedback: feedback.map((each) => feedbackView(tenant, each)),
      ...(row.started_at ? { startedAt: timestampFromDate(row.started_at) } : {}),
      endedAt: timestampFromDate(row.ended_at),
    });
  }
}

/** A cancelled run says nothing for or against its configuration. */
function configurationView(
  row: ConfigurationRow,
  configuration: Configuration,
  feedback: readonly FeedbackSumRow[],
): RecordInit {
  const decided = row.completed + row.failed;
  const successRate = decided === 0 ? 0 : row.completed / decided;
  const { low, high } = wilsonInterval(successRate, decided);
  return {
    configuration,
    agent: row.agent,
    runs: row.runs,
    completed: row.completed,
    failed: row.failed,
    cancelled: row.cancelled,
    successRate,
    successLow: low,
    successHigh: high,
    overridden: row.overridden,
    meanRetries: row.mean_retries,
    meanRepairs: row.mean_repairs,
    meanCostUsd: row.mean_cost,
    feedback: feedback.map(({ name, count, mean }) => ({ name, count, mean, ...wilsonInterval(mean, count) })),
    p50DurationMs: row.p50,
    p95DurationMs: row.p95,
    firstSeen: timestampFromDate(row.first_seen),
    lastSeen: timestampFromDate(row.last_seen),
  };
}

/** By its fingerprint, or the beginning of its digits where only one has them. */
function theOne(configurations: readonly Configuration[], like: string): Configuration {
  const digits = like.replace('sha256:', '');
  const found = configurations.filter(({ fingerprint }) => fingerprint.replace('sha256:', '').startsWith(digits));
  const [one] = found;
  if (one && found.length === 1 && digits.length >= MIN_DIGITS) return one;
  throw new SwitchyardError(
    'configuration.not_found',
    found.length > 1
      ? `${found.length} configurations begin with "${digits}". Give more of its digits.`
      : `No configuration that ran has the fingerprint "${like}" (${MIN_DIGITS} digits at least). List them without "like" to see which there are.`,
    { details: { like } },
  );
}
