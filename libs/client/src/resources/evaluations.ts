import {
  CanaryListSchema,
  CanarySchema,
  ConfigurationListSchema,
  create,
  EvaluationComparisonSchema,
  EvaluationEstimateSchema,
  EvaluationListSchema,
  EvaluationSchema,
  fromStore,
  StartReplayReplySchema,
  SurvivalReportSchema,
  JudgeListSchema,
  type Canary,
  type ConfigurationRecord,
  type Evaluation,
  type EvaluationComparison,
  type EvaluationEstimate,
  type JsonObject,
  type SurvivalReport,
  type JudgeRecord,
} from '@switchyard/contracts';
import type { Http } from '../http.js';
import { defined } from './memory-scope.js';

export interface EvaluationOptions {
  backend?: string | undefined;
  /** Of the agent: its number, or the beginning of its content address. Default: the current one. */
  agentVersion?: string | undefined;
  repeats?: number | undefined;
  /** US dollars after which nothing more is started. */
  maxCostUsd?: number | undefined;
  /** Of a suite that is named: its number or the beginning of its content address. Default: the newest. */
  version?: string | undefined;
}

export interface ComparisonOptions {
  /** The evaluation to compare with. Default: the newest completed one of the suite and agent before, with another configuration if there is one. */
  baseline?: string | undefined;
  /** By how much scores may be worse, above 0. Default: 0.02. */
  margin?: number | undefined;
  /** FAIL takes the proof that scores are worse by more than this. Default: 0. */
  tolerated?: number | undefined;
  /** Chance of a wrong answer. Default: 0.05. */
  alpha?: number | undefined;
  /** Default: all. */
  scorers?: string[] | undefined;
}

export interface CanaryFilter {
  agent?: string;
  /** Of the rollout: running, promoted, rolled_back, stopped. */
  status?: string;
  limit?: number;
}

export interface SurvivalFilter {
  agent?: string | undefined;
  taskClass?: string | undefined;
  /** Default: all are one group. */
  by?: 'all' | 'agent' | 'backend' | undefined;
  /** Default: days. */
  unit?: 'days' | 'runs' | undefined;
  /** Days without a run after which a configuration that another one followed counts as ended. Default: 1. */
  quietDays?: number | undefined;
}

export interface ConfigurationFilter {
  agent?: string | undefined;
  /** A fingerprint, or its first 8 digits or more: that one, and those that are the same but for the parts in `butFor`. */
  like?: string | undefined;
  /** agent_version, backend, parameters, tools, platform_version. */
  butFor?: string[] | undefined;
  taskClass?: string | undefined;
}

export interface ReplayOptions {
  /** These runs, instead of the newest that completed. */
  runIds?: readonly string[] | undefined;
  /** How many of the newest: 200 at most. Default: 50. */
  last?: number | undefined;
  /** Only runs that ended since. */
  since?: Date | undefined;
  taskClass?: string | undefined;
  /** Where they run now. Default: the agent's own choice. */
  backend?: string | undefined;
  agentVersion?: string | undefined;
  repeats?: number | undefined;
  /** US dollars after which nothing more is started. */
  maxCostUsd?: number | undefined;
  /** What becomes of a call that was not recorded. Default: stop. */
  unmatched?: 'stop' | 'tell' | undefined;
}

export interface Replay {
  evaluation: Evaluation;
  /** Runs that are no case, by the reason. */
  leftOut: Record<string, number>;
}

export class Evaluations {
  constructor(private readonly http: Http) {}

  /**
   * Starts a suite; its cases run as tasks.
   *
   * @param suite as its file has it, or the name of one that was applied
   * @throws SwitchyardError `suite.invalid` with every path and reason, `suite.not_found`
   */
  async start(suite: JsonObject | string, options: EvaluationOptions = {}): Promise<Evaluation> {
    const body = requestOf(suite, options);
    return fromStore(EvaluationSchema, await this.http.json('POST', '/v1/evaluations', { body }));
  }

  /** What it would take, by the record; nothing is started. @throws SwitchyardError as `start` */
  async estimate(suite: JsonObject | string, options: EvaluationOptions = {}): Promise<EvaluationEstimate> {
    const body = requestOf(suite, options);
    return fromStore(EvaluationEstimateSchema, await this.http.json('POST', '/v1/evaluations/estimate', { body }));
  }

  /**
   * Runs recorded runs of an agent again, with their tool calls answered from the journal: nothing is executed.
   *
   * @throws SwitchyardError `replay.invalid`, `replay.not_found`, `run.not_found`, `agent.not_found`, `backend.not_found`
   */
  async replay(agent: string, options: ReplayOptions = {}): Promise<Replay> {
    const { runIds = [], last, since, taskClass, backend, agentVersion, repeats, maxCostUsd, unmatched } = options;
    const body = defined({
      ...{ agent, run_ids: [...runIds], last, since: since?.toISOString(), task_class: taskClass, backend },
      ...{ agent_version: agentVersion, repeats, max_cost_usd: maxCostUsd, unmatched },
    });
    const reply = fromStore(StartReplayReplySchema, await this.http.json('POST', '/v1/evaluations/replays', { body }));
    return { evaluation: reply.evaluation ?? create(EvaluationSchema), leftOut: reply.leftOut };
  }

  /** With the results of all its cases, page by page. */
  async get(id: string): Promise<Evaluation> {
    const evaluation = await this.page(id, {});
    while (evaluation.results.length < evaluation.total) {
      const { results } = await this.page(id, { offset: evaluation.results.length });
      if (results.length === 0) break;
      evaluation.results.push(...results);
    }
    return evaluation;
  }

  /** How far it is; of its results only the first. */
  progress(id: string): Promise<Evaluation> {
    return this.page(id, { limit: 1 });
  }

  private async page(id: string, query: { offset?: number; limit?: number }): Promise<Evaluation> {
    return fromStore(
      EvaluationSchema,
      await this.http.json('GET', `/v1/evaluations/${encodeURIComponent(id)}`, { query }),
    );
  }

  async list(limit?: number): Promise<Evaluation[]> {
    return fromStore(EvaluationListSchema, await this.http.json('GET', '/v1/evaluations', { query: { limit } }))
      .evaluations;
  }

  async cancel(id: string): Promise<Evaluation> {
    return fromStore(
      EvaluationSchema,
      await this.http.json('POST', `/v1/evaluations/${encodeURIComponent(id)}/cancel`),
    );
  }

  /**
   * Whether an evaluation is worse than an earlier one of its suite: a verdict with its proof.
   *
   * @throws SwitchyardError `evaluation.not_found`, `baseline.not_found`, `comparison.invalid`, `comparison.conflict`, `evidence.invalid`
   */
  async compare(candidate: string, { scorers, ...query }: ComparisonOptions = {}): Promise<EvaluationComparison> {
    const path = `/v1/evaluations/${encodeURIComponent(candidate)}/comparison`;
    const found = await this.http.json('GET', path, { query: { ...query, scorer: scorers } });
    return fromStore(EvaluationComparisonSchema, found);
  }

  /** What the record says of a rollout, guardrail by guardrail. @throws SwitchyardError `rollout.not_found` */
  async canary(rollout: string): Promise<Canary> {
    return fromStore(CanarySchema, await this.http.json('GET', `/v1/rollouts/${encodeURIComponent(rollout)}/canary`));
  }

  /** Those that began last first. */
  async canaries(filter: CanaryFilter = {}): Promise<Canary[]> {
    return fromStore(CanaryListSchema, await this.http.json('GET', '/v1/canaries', { query: { ...filter } })).canaries;
  }

  /** How long configurations stay in use, and what ends them. */
  async survival({ agent, taskClass, by, unit, quietDays }: SurvivalFilter = {}): Promise<SurvivalReport> {
    const query = { agent, task_class: taskClass, by, unit, quiet_days: quietDays };
    return fromStore(SurvivalReportSchema, await this.http.json('GET', '/v1/survival', { query }));
  }

  /** What is known of each configuration that ran. @throws SwitchyardError `configuration.not_found` (of `like`) */
  async configurations({ agent, like, butFor, taskClass }: ConfigurationFilter = {}): Promise<ConfigurationRecord[]> {
    const query = { agent, like, but_for: butFor, task_class: taskClass };
    return fromStore(ConfigurationListSchema, await this.http.json('GET', '/v1/configurations', { query }))
      .configurations;
  }

  /** The judges that gave scores, and how they agree with people. @param scorer only of scorers of this name */
  async judges(scorer?: string): Promise<JudgeRecord[]> {
    return fromStore(JudgeListSchema, await this.http.json('GET', '/v1/judges', { query: { scorer } })).judges;
  }
}

function requestOf(
  suite: JsonObject | string,
  { backend, agentVersion, repeats, maxCostUsd, version }: EvaluationOptions,
): JsonObject {
  return {
    ...(typeof suite === 'string' ? { suite_name: suite, ...(version ? { suite_version: version } : {}) } : { suite }),
    ...(backend ? { backend } : {}),
    ...(agentVersion ? { agent_version: agentVersion } : {}),
    ...(repeats ? { repeats } : {}),
    ...(maxCostUsd ? { max_cost_usd: maxCostUsd } : {}),
  };
}
