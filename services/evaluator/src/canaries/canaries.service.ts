import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  create,
  RolloutSchema,
  RouterService,
  SwitchyardError,
  timestampDate,
  type Rollout,
} from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { decide, type Decision } from './decide.js';
import { ExposureRepository, type ExposuresOf } from './exposure.repository.js';
import { watchedGuardrails, type WatchedGuardrail } from './guardrail.js';
import { seenShare, type ShareSpan } from './share-span.js';
import { decisionOf, WatchedRolloutRepository } from './watched-rollout.repository.js';
import { isCompared, weigh, type ExposedWord } from './weigh.js';

/** Who ends rollouts here, in the router's record. */
const ACTOR = 'evaluator';

/**
 * Watches rollouts and ends them. All that it knows is computed from the record at every look, so that it may be looked at twice at once, or
 * again after a crash; what was decided is kept before the router is told, and told until the router has acknowledged it.
 */
@Injectable()
export class CanariesService {
  private readonly ends = metrics.counter('switchyard_evaluator_rollouts_ended_total', 'Rollouts that were ended.', [
    'status',
  ]);
  /** By rollout: the extent of the record that was weighed last. A look that would find the same is spared. */
  private readonly weighed = new Map<string, string>();

  constructor(
    @Inject(WatchedRolloutRepository) private readonly watched: WatchedRolloutRepository,
    @Inject(ExposureRepository) private readonly exposures: ExposureRepository,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Looks at a rollout that the router says is under way, and ends it where that is decided.
   *
   * @param asked before the router was asked
   */
  async look(rollout: Rollout, asked: Date): Promise<void> {
    const { tenant, id } = rollout;
    const answered = this.now();
    const startedAt = rollout.startedAt ? timestampDate(rollout.startedAt) : asked;
    const row = await this.watched.seen(rollout, answered, (spans) =>
      seenShare(spans, rollout.share, { startedAt, asked, answered }),
    );
    if (row.ended_at) return;
    const decision = decisionOf(row) ?? (await this.weigh(rollout, row.shares, asked));
    if (decision) await this.end(tenant, id, decision);
  }

  /**
   * Asks after a rollout that is no longer under way: a person ended it, or the acknowledgement was lost. One that the router does not
   * know has ended too.
   */
  async askAfter(tenant: string, id: string, known: Rollout): Promise<void> {
    try {
      const rollout = await this.rpc.call(RouterService.method.getRollout, { tenant, id });
      if (rollout.status !== 'running') await this.noteEnd(rollout);
    } catch (error) {
      if (!(error instanceof SwitchyardError) || error.code !== 'rollout.not_found') throw error;
      const reason = 'The router does not know it any more.';
      await this.noteEnd(create(RolloutSchema, { ...known, tenant, id, status: 'stopped', reason }));
    }
  }

  private async weigh(rollout: Rollout, spans: readonly ShareSpan[], until: Date): Promise<Decision | undefined> {
    const { tenant, id, sticky, promoteAfter } = rollout;
    const of: ExposuresOf = { tenant, rollout: id, sticky, until };
    const extent = `${await this.exposures.extent(of)} ${spans.length}`;
    if (this.weighed.get(id) === extent) {
      await this.watched.lookedAt(tenant, id, this.now());
      return undefined;
    }
    const guardrails = watchedGuardrails(rollout);
    const [runs, words] = await Promise.all([this.exposures.runs(of), this.words(of, guardrails)]);
    const found = weigh(guardrails, { runs, words }, spans, promoteAfter);
    const compared = runs.filter((run) => isCompared(run, spans));
    const candidate = compared.filter(({ canary }) => canary).length;
    const baseline = compared.length - candidate;
    const lastRunAt = compared.at(-1)?.endedAt ?? null;
    const at = this.now();
    await this.watched.keep(tenant, id, { found, candidate, baseline, lastRunAt, at });
    this.weighed.set(id, extent);
    const decision = decide(found, candidate, promoteAfter);
    if (decision === undefined) return undefined;
    return this.watched.decide(tenant, id, decision, at);
  }

  private async words(
    of: ExposuresOf,
    guardrails: readonly WatchedGuardrail[],
  ): Promise<Map<string, readonly ExposedWord[]>> {
    const words = new Map<string, readonly ExposedWord[]>();
    for (const { name, measure, of: question } of guardrails)
      if (measure === 'feedback' || measure === 'score')
        words.set(name, await this.exposures.words(of, question, measure === 'score'));
    return words;
  }

  /** Once in the router, however often it is told; whoever ended it before has decided. */
  private async end(tenant: string, id: string, { status, reason, guardrail }: Decision): Promise<void> {
    const request = { tenant, id, status, reason, guardrail, actor: ACTOR };
    try {
      await this.noteEnd(await this.rpc.call(RouterService.method.endRollout, request));
    } catch (error) {
      if (!(error instanceof SwitchyardError) || error.retryable) throw error;
      this.logger.warn({ err: error, rollout: id }, 'The router did not take the end of a rollout; it is asked after');
      const rollout = await this.rpc.call(RouterService.method.getRollout, { tenant, id });
      if (rollout.status !== 'running') await this.noteEnd(rollout);
    }
  }

  private async noteEnd(rollout: Rollout): Promise<void> {
    const { id, status, endedBy, reason } = rollout;
    if (status === 'running') return;
    await this.watched.ended(rollout, this.now());
    this.weighed.delete(id);
    this.ends.inc({ status });
    this.logger.info({ rollout: id, status, by: endedBy, reason }, 'A rollout has ended');
  }
}
