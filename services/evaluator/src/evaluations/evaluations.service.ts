import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  newId,
  RouterService,
  SwitchyardError,
  type Evaluation,
  type EvaluationQuery,
  type ListEvaluationsQuery,
  type StartEvaluationRequest,
} from '@switchyard/contracts';
import { CONFIG, LOGGER } from '@switchyard/service';
import { currentTraceparent, metrics, type Logger } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { readSuite } from '../suite/read-suite.js';
import type { Suite } from '../suite/suite.js';
import { EvaluationRepository, type EvaluationRow } from './evaluation.repository.js';
import { evaluationView } from './evaluation-view.js';
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
    @Inject(PublishService) private readonly publish: PublishService,
    @Inject(FollowService) private readonly follow: FollowService,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Stored before it is answered: from then on it runs to its end, whatever crashes.
   *
   * @throws SwitchyardError `suite.invalid`, `agent.not_found`, `backend.not_found`; `rpc.unavailable` and `database.…` (retryable)
   */
  async start(request: StartEvaluationRequest): Promise<Evaluation> {
    const { tenant, backend, repeats } = request;
    const suite = readSuite(request.suite ?? {}, { backend, repeats, maxInputBytes: this.config.limits.taskBytes });
    await this.checkNames(tenant, suite);
    const at = this.now();
    const id = newId('eval', at.getTime());
    await this.evaluations.create({ id, tenant, suite, traceparent: currentTraceparent(), at });
    this.started.inc();
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

  private async viewOf(row: EvaluationRow, offset = 0, limit = 0): Promise<Evaluation> {
    const [results, summary] = await Promise.all([
      this.evaluations.results(row.id, offset, Math.min(limit || DEFAULT_RESULTS, DEFAULT_RESULTS)),
      this.evaluations.summary(row.id),
    ]);
    return evaluationView(row, results, summary);
  }

  /** What would fail in every case is said here, once. */
  private async checkNames(tenant: string, { agent, backend }: Suite): Promise<void> {
    await this.rpc.call(RouterService.method.getAgent, { tenant, name: agent });
    if (backend !== '') await this.rpc.call(RouterService.method.getBackend, { name: backend });
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
