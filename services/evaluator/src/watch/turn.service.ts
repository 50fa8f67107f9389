import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  create,
  newId,
  RouterService,
  StartEvaluationRequestSchema,
  SwitchyardError,
  type Evaluation,
  type JsonObject,
} from '@switchyard/contracts';
import { inTransaction } from '@switchyard/persistence';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { DataSource } from 'typeorm';
import { DriftService } from '../drift/drift.service.js';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { EVALUATOR_OPTIONS, type EvaluatorOptions } from '../evaluator-options.js';
import { NOW, type Now } from '../now.js';
import { SuitesService } from '../suites/suites.service.js';
import { judgeTurns } from './judge-turns.js';
import { ObservationRepository } from './observation.repository.js';
import { observe, type Told } from './observe.js';
import { PROBE_DEFINITION, PROBE_SUITE } from './probe.js';
import { TurnRepository, type TurnEnd, type TurnRow } from './turn.repository.js';
import { WatchRepository, type WatchRow } from './watch.repository.js';

type Part = 'probe' | 'suite';

/**
 * Takes a turn of a watch from its beginning to its end. Every step may be done again, by another replica too: the evaluations have ids that
 * follow from the turn, and the turn ends once, in one transaction with what it found.
 */
@Injectable()
export class TurnService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(WatchRepository) private readonly watches: WatchRepository,
    @Inject(TurnRepository) private readonly turns: TurnRepository,
    @Inject(ObservationRepository) private readonly observations: ObservationRepository,
    @Inject(EvaluationsService) private readonly evaluations: EvaluationsService,
    @Inject(SuitesService) private readonly suites: SuitesService,
    @Inject(DriftService) private readonly drift: DriftService,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(EVALUATOR_OPTIONS) private readonly options: EvaluatorOptions,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Nothing, where it still runs. @throws SwitchyardError where it is worth another try */
  async advance(turn: TurnRow): Promise<void> {
    const now = this.now();
    const watch = await this.watches.find(turn.tenant, turn.watch, now);
    if (watch === undefined) return;
    const late = now.getTime() - turn.began_at.getTime() > this.options.watchTurnMs;
    try {
      const evaluations = await this.start(turn, watch);
      if (evaluations === undefined) return await this.end(turn, watch, skipped(watch));
      if (evaluations.some(({ status }) => status === 'running') && !late) return;
      await this.settle(turn, watch, evaluations);
    } catch (error) {
      if (!(error instanceof SwitchyardError) || (error.retryable && !late)) throw error;
      await this.stop(turn);
      const status = error.retryable ? 'unreachable' : 'failed';
      await this.end(turn, watch, { status, reason: `${error.code}: ${error.message}`, costUsd: 0, evaluations: [] });
    }
  }

  /** Stops what a turn has under way. */
  async stop(turn: TurnRow): Promise<void> {
    for (const part of ['probe', 'suite'] as const) {
      const id = evaluationId(turn, part);
      try {
        await this.evaluations.cancel({ ...NO_PAGE, tenant: turn.tenant, id });
      } catch (error) {
        if (!(error instanceof SwitchyardError) || error.code !== 'evaluation.not_found') throw error;
      }
    }
  }

  /** The evaluations, begun where they are not; undefined where there is no money left for them. */
  private async start(turn: TurnRow, watch: WatchRow): Promise<Evaluation[] | undefined> {
    const parts: Part[] = watch.suite === '' ? ['probe'] : ['probe', 'suite'];
    const known = await this.known(turn, parts);
    if (known.length === parts.length) return known;
    const money = (watch.max_cost_usd - watch.spent_usd) / parts.length;
    if (!(money > 0)) return undefined;
    await this.rpc.call(RouterService.method.applyAgent, {
      ...{ tenant: turn.tenant, definition: PROBE_DEFINITION, actor: 'evaluator' },
    });
    const started: Evaluation[] = [];
    for (const part of parts) {
      const suite = part === 'probe' ? PROBE_SUITE : await this.suiteOf(watch);
      const request = create(StartEvaluationRequestSchema, {
        ...{ tenant: turn.tenant, suite, backend: watch.backend, maxCostUsd: money },
      });
      started.push(await this.evaluations.startAs(evaluationId(turn, part), request));
    }
    return started;
  }

  private async known(turn: TurnRow, parts: readonly Part[]): Promise<Evaluation[]> {
    const known: Evaluation[] = [];
    for (const part of parts) {
      try {
        const id = evaluationId(turn, part);
        known.push(await this.evaluations.get({ ...NO_PAGE, tenant: turn.tenant, id, limit: 1 }));
      } catch (error) {
        if (!(error instanceof SwitchyardError) || error.code !== 'evaluation.not_found') throw error;
      }
    }
    return known;
  }

  /** Under another agent it is another suite: the versions of the user's own stay the user's. */
  private async suiteOf({ tenant, agent, suite, suite_version: version }: WatchRow): Promise<JsonObject> {
    const written = await this.suites.written(tenant, suite, version);
    return agent === '' || written['agent'] === agent ? written : { ...written, agent, suite: `${suite}@${agent}` };
  }

  private async settle(turn: TurnRow, watch: WatchRow, evaluations: readonly Evaluation[]): Promise<void> {
    if (evaluations.some(({ status }) => status === 'running')) await this.stop(turn);
    const [probe = [], suite = []] = await Promise.all(evaluations.map(({ id }) => this.observations.runs(id)));
    const answered = probe.filter(({ status }) => status === 'completed').map(({ run_id: runId }) => runId);
    const observation = observe(probe, suite, await this.told(turn.tenant, answered));
    const costUsd = evaluations.reduce((sum, { costUsd: cost, judgeCostUsd }) => sum + cost + judgeCostUsd, 0);
    const ids = evaluations.map(({ id }) => id);
    if (observation.answered === 0) {
      const reason = observation.failure || 'nothing was answered in time';
      return this.end(turn, watch, { status: 'unreachable', reason, costUsd, evaluations: ids });
    }
    const { observed, failure: reason } = observation;
    await this.end(turn, watch, { status: 'done', reason, costUsd, evaluations: ids, observed });
  }

  /** Times are the model's own, without what the run waited for before. */
  private async told(tenant: string, runIds: readonly string[]): Promise<Map<string, Told>> {
    const told = new Map<string, Told>();
    for (const runId of runIds) {
      // A probe is one turn: what is beyond the first page is not looked for.
      const { events } = await this.rpc.call(RouterService.method.listEvents, { tenant, runId });
      for (const { body } of events) {
        if (body.case !== 'modelTurnCompleted') continue;
        const { model, attempts, durationMs } = body.value;
        told.set(runId, { model, ...(attempts <= 1 && durationMs > 0 ? { durationMs } : {}) });
      }
    }
    return told;
  }

  private async end(turn: TurnRow, watch: WatchRow, end: Omit<TurnEnd, 'at'>): Promise<void> {
    const { tenant, watch: name, number } = turn;
    await inTransaction(this.dataSource, async (manager) => {
      if (!(await this.turns.end(manager, turn, { ...end, at: this.now() })) || end.observed === undefined) return;
      const alarms = judgeTurns(await this.turns.observed(manager, turn), watch.tests);
      const findings: string[] = [];
      for (const { evidence, ...alarm } of alarms) {
        const shown = { ...evidence, evaluations: [...end.evaluations] };
        const drift = { ...alarm, tenant, backend: watch.backend, watch: name, evidence: shown };
        findings.push(await this.drift.note(manager, drift));
      }
      if (findings.length > 0) await this.turns.found(manager, turn, findings);
    });
    if (end.status !== 'done')
      this.logger.warn(
        { tenant, watch: name, turn: number, status: end.status, reason: end.reason },
        'A watch saw nothing',
      );
  }
}

const NO_PAGE = { $typeName: 'switchyard.v1.EvaluationQuery', offset: 0, limit: 0 } as const;

function skipped({ spent_usd: spent, max_cost_usd: limit }: WatchRow): Omit<TurnEnd, 'at'> {
  const reason = `its money is spent: $${spent.toFixed(4)} in 24 hours, and $${limit} are allowed`;
  return { status: 'skipped', reason, costUsd: 0, evaluations: [] };
}

/** The same for the same turn, and it sorts by time as all ids of evaluations do. */
function evaluationId({ tenant, watch, number, began_at: beganAt }: TurnRow, part: Part): string {
  const digest = createHash('sha256').update(`${tenant} ${watch} ${number} ${part}`).digest();
  return newId('eval', beganAt.getTime(), digest.subarray(0, 10));
}
