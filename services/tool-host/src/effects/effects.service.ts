import { Inject, Injectable } from '@nestjs/common';
import { RpcClient, thatFit } from '@switchyard/bus';
import {
  encode,
  EffectSchema,
  RouterService,
  SwitchyardError,
  timestampDate,
  type DecideEffectRequest,
  type Effect,
  type ListEffectsQuery,
} from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { decidedResult } from './decided-result.js';
import { DECISIONS, type Decision } from './decision-rules.js';
import { effectMessage } from './effect-message.js';
import { EffectsRepository } from './effects.repository.js';
import { WakeUps } from './wake-ups.service.js';

const MAX_LISTED = 200;
const USUAL_LISTED = 50;

/** Shows the ledger, and takes the decisions of people on calls of which nobody knows whether they took effect. */
@Injectable()
export class EffectsService {
  constructor(
    @Inject(EffectsRepository) private readonly effects: EffectsRepository,
    @Inject(WakeUps) private readonly wakeUps: WakeUps,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The newest first, without results. */
  async list({
    tenant,
    status,
    runId,
    tool,
    failed,
    before,
    limit: asked,
  }: ListEffectsQuery): Promise<{ effects: Effect[]; more: boolean }> {
    const limit = Math.min(asked || USUAL_LISTED, MAX_LISTED);
    const found = await this.effects.list({ tenant, status, runId, tool, failed, before, limit: limit + 1 });
    const effects = thatFit(
      found.slice(0, limit).map((row) => effectMessage(row)),
      (effect) => encode(EffectSchema, effect).length,
    );
    return { effects, more: effects.length < found.length };
  }

  /** @throws SwitchyardError `effect.not_found` */
  async get(tenant: string, callId: string): Promise<Effect> {
    const { row, decisions } = await this.effects.get(tenant, callId);
    return effectMessage(row, decisions);
  }

  /**
   * Decides what became of a call in doubt, for good, and wakes its run. The same decision again changes nothing.
   *
   * @throws SwitchyardError `effect.not_found`, `effect.not_unknown`, `effect.decided`, `effect.attempt_changed`,
   *   `effect.invalid`, `effect.result_too_large`; `run.already_ended` for the retry of a call that nobody would ask for
   */
  async decide(request: DecideEffectRequest): Promise<Effect> {
    const { tenant, callId, attempt, reason, actor } = request;
    const decision = decisionOf(request.decision);
    const before = await this.get(tenant, callId);
    const startedAt = before.startedAt ? timestampDate(before.startedAt) : new Date();
    const result = decidedResult(request, startedAt);
    if (decision === 'retry' && before.status === 'unknown') await this.mustGoOn(before);
    const verdict = await this.effects.decide(tenant, callId, { decision, attempt, result }, { by: actor, reason });
    if (verdict === 'made') {
      metrics
        .counter('switchyard_effect_decisions_total', 'Decisions of people on calls in doubt.', ['decision'])
        .inc({ decision });
      this.logger.warn(
        { call_id: callId, run: before.runId, tool: before.tool, decision, actor },
        'A call in doubt was decided',
      );
    }
    // Not waited for: the decision stands, whoever hears of it when.
    void this.wakeUps.now();
    return this.get(tenant, callId);
  }

  /** A run that has ended never asks for its call again. */
  private async mustGoOn({ tenant, runId, callId }: Effect): Promise<void> {
    if (runId === '') return;
    const status = await this.statusOf(tenant, runId);
    if (status !== undefined && !ENDED.has(status)) return;
    throw new SwitchyardError(
      'run.already_ended',
      `The run ${runId} is ${status ?? 'gone'}: it will not ask for its call ${callId} again. Settle or fail the call instead, for the record.`,
      { details: { run_id: runId, call_id: callId, ...(status ? { status } : {}) } },
    );
  }

  private async statusOf(tenant: string, runId: string): Promise<string | undefined> {
    try {
      return (await this.rpc.call(RouterService.method.getRun, { tenant, runId })).status;
    } catch (error) {
      if (error instanceof SwitchyardError && error.code === 'run.not_found') return undefined;
      throw error;
    }
  }
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

function decisionOf(text: string): Decision {
  const known = DECISIONS.find((decision) => decision === text);
  if (known) return known;
  throw new SwitchyardError(
    'effect.invalid',
    `"${text.slice(0, 64)}" is no decision; it may be ${DECISIONS.join(', ')}.`,
  );
}
