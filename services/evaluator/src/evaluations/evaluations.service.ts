import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  newId,
  RouterService,
  SwitchyardError,
  type Evaluation,
  type EvaluationQuery,
  type JsonObject,
  type ListEvaluationsQuery,
  type StartEvaluationRequest,
} from '@switchyard/contracts';
import { CONFIG, LOGGER } from '@switchyard/service';
import { currentTraceparent, metrics, type Logger } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { SuiteRepository } from '../suites/suite.repository.js';
import { SuitesService } from '../suites/suites.service.js';
import { readSuite } from '../suite/read-suite.js';
import type { Suite } from '../suite/suite.js';
import { CheckHelpers } from './check-helpers.service.js';
import { EvaluationRepository, type EvaluationRow } from './evaluation.repository.js';
import { EstimateService, type EstimateInit } from './estimate.service.js';
import { evaluationView } from './evaluation-view.js';
import { JudgedShares } from './judged-shares.service.js';
import { FollowService } from './follow.service.js';
import { PublishService } from './publish.service.js';

const DEFAULT_RESULTS = 500;
const DEFAULT_LISTED = 50;
const MAX_LISTED = 200;

/** Evaluations as their users see them. */
@Injectable()
export class EvaluationsService {
  private readonly started = metrics.counter(
    'switchyard_evaluator_evaluations_total',
    'Evaluations that were started.',
  );

  constructor(
    @Inject(EvaluationRepository) private readonly evaluations: EvaluationRepository,
    @Inject(SuitesService) private readonly suites: SuitesService,
    @Inject(SuiteRepository) private readonly versions: SuiteRepository,
    @Inject(EstimateService) private readonly estimates: EstimateService,
    @Inject(PublishService) private readonly publish: PublishService,
    @Inject(FollowService) private readonly follow: FollowService,
    @Inject(JudgedShares) private readonly judged: JudgedShares,
    @Inject(CheckHelpers) private readonly helpers: CheckHelpers,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Stored before it is answered: from then on it runs to its end, whatever crashes.
   *
   * @throws SwitchyardError `suite.invalid`, `suite.not_found`, `evaluation.invalid`, `agent.not_found`, `backend.not_found`, `tool.not_found`; `rpc.unavailable` and `database.…` (retryable)
   */
  start(request: StartEvaluationRequest): Promise<Evaluation> {
    return this.startAs(newId('eval', this.now().getTime()), request);
  }

  /**
   * Starts an evaluation under an id that the caller has noted before, so that it is one evaluation however often that caller starts again.
   *
   * @throws SwitchyardError as `start`
   */
  async startAs(id: string, request: StartEvaluationRequest): Promise<Evaluation> {
    const { tenant, maxCostUsd } = request;
    const known = await this.evaluations.find(tenant, id);
    if (known) return this.viewOf(known);
    checkMoney(maxCostUsd);
    const { suite, written } = await this.read(request);
    const agentVersion = await this.checkNames(tenant, suite, request.agentVersion);
    const at = this.now();
    const { name, version, cases } = suite;
    // Whatever is measured can be told from its version: one that was handed over with the request is kept too.
    await this.versions.add({ tenant, name, version, definition: written, cases: cases.length, at, by: '' });
    const evaluation = { id, tenant, suite, agentVersion, traceparent: currentTraceparent(), maxCostUsd, at };
    if (await this.evaluations.create(evaluation)) this.started.inc();
    try {
      await this.publish.advance(id);
    } catch (error) {
      // It is stored: the next tick publishes it.
      this.logger.warn({ err: error, evaluation: id }, 'An evaluation is stored but not on the bus yet');
    }
    return this.viewOf(await this.find(tenant, id));
  }

  /** @throws SwitchyardError `evaluation.not_found` */
  async get({ tenant, id, offset, limit }: EvaluationQuery): Promise<Evaluation> {
    return this.viewOf(await this.find(tenant, id), offset, limit);
  }

  /** Newest first, without their results. */
  async list({ tenant, limit }: ListEvaluationsQuery): Promise<Evaluation[]> {
    const rows = await this.evaluations.list(tenant, Math.min(limit || DEFAULT_LISTED, MAX_LISTED));
    return rows.map((row) => evaluationView(row));
  }

  /**
   * Publishes nothing more and stops what runs. Said again, it stops what could not be stopped the first time; an
   * evaluation that is complete stays so.
   *
   * @throws SwitchyardError `evaluation.not_found`; `rpc.unavailable` (retryable) where runs could not be stopped
   */
  async cancel({ tenant, id, offset, limit }: EvaluationQuery): Promise<Evaluation> {
    await this.find(tenant, id);
    await this.evaluations.cancel(id, this.now());
    for (const runId of await this.evaluations.runsToStop(id)) await this.follow.stop(tenant, runId);
    return this.viewOf(await this.find(tenant, id), offset, limit);
  }

  /**
   * What the evaluation would take, by the record.
   *
   * @throws SwitchyardError as `start`
   */
  async estimate(request: StartEvaluationRequest): Promise<EstimateInit> {
    const { suite } = await this.read(request);
    await this.checkNames(request.tenant, suite, request.agentVersion);
    return this.estimates.of(request.tenant, { ...suite, cases: suite.cases.length });
  }

  private async read(request: StartEvaluationRequest): Promise<{ suite: Suite; written: JsonObject }> {
    const { tenant, backend, repeats, suiteName, suiteVersion } = request;
    if ((request.suite === undefined) === (suiteName === '')) throw eitherOr(suiteName);
    const written = request.suite ?? (await this.suites.written(tenant, suiteName, suiteVersion));
    return { suite: readSuite(written, { backend, repeats, maxInputBytes: this.config.limits.taskBytes }), written };
  }

  private async viewOf(row: EvaluationRow, offset = 0, limit = 0): Promise<Evaluation> {
    const [results, summary, criticalFailures] = await Promise.all([
      this.evaluations.results(row.id, offset, Math.min(limit || DEFAULT_RESULTS, DEFAULT_RESULTS)),
      this.evaluations.summary(row.id),
      this.evaluations.criticalFailures(row.id),
    ]);
    return evaluationView(row, results, summary, criticalFailures, await this.judged.labelsOf(row, summary));
  }

  /**
   * What would fail in every case is said here, once.
   *
   * @returns the content address of the version that was named; empty where none was
   */
  private async checkNames(tenant: string, suite: Suite, named: string): Promise<string> {
    const { agent, backend } = suite;
    const { version } = await this.rpc.call(RouterService.method.getAgent, { tenant, name: agent, version: named });
    if (backend !== '') await this.rpc.call(RouterService.method.getBackend, { name: backend });
    await this.helpers.check(tenant, suite);
    return named === '' ? '' : version;
  }

  private async find(tenant: string, id: string): Promise<EvaluationRow> {
    const row = await this.evaluations.find(tenant, id);
    if (row) return row;
    throw new SwitchyardError(
      'evaluation.not_found',
      `There is no evaluation "${id}" in this tenant. List them to see which there are.`,
      {
        details: { evaluation: id },
      },
    );
  }
}

function eitherOr(suiteName: string): SwitchyardError {
  return new SwitchyardError(
    'evaluation.invalid',
    suiteName === ''
      ? 'There is nothing to evaluate. Give a suite, or the name of one that was applied.'
      : `Give either a suite or the name of one ("${suiteName}"), not both.`,
  );
}

function checkMoney(maxCostUsd: number): void {
  if (Number.isFinite(maxCostUsd) && maxCostUsd >= 0) return;
  throw new SwitchyardError(
    'evaluation.invalid',
    `An evaluation cannot be held to $${maxCostUsd}. Give an amount above 0, or leave it out for none.`,
  );
}
