import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { contentAddress, SwitchyardError, ToolHostService, type Effect, type RunEvent } from '@switchyard/contracts';
import {
  abandonedCalls,
  forkPlace,
  lastOfWork,
  type Appended,
  type OpenCall,
  type RunEventBodyInit,
} from '@switchyard/journal';
import { ForkService, type ForkPlan } from '../forks/fork.service.js';
import { RedrivesRepository } from './redrives.repository.js';
import type { RedriveOrder } from './redrive-order.js';

/** Classes that may be attempted again. All else, also what is not known, is asked about. */
const REPEATABLE = ['pure', 'idempotent'];

/**
 * Makes a new run of one that failed: a fork at its last step, with every result that was recorded. The fork and the mark
 * that it was made are one commit; its key makes it once for each backend.
 */
@Injectable()
export class RedriveRunService {
  constructor(
    @Inject(ForkService) private readonly forks: ForkService,
    @Inject(RedrivesRepository) private readonly redrives: RedrivesRepository,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  /**
   * @returns the run that goes on; empty where it is only asked whether one would
   * @throws SwitchyardError `redrive.not_failed`, `redrive.effect_unknown`, `redrive.effects_unreadable` (retryable), and
   *   as `ForkService.fork`
   */
  async redrive(tenant: string, runId: string, { backend, actor, dryRun }: RedriveOrder): Promise<string> {
    const key = backend === '' ? `redrive:${runId}` : `redrive:${runId}:${backend}`;
    const fingerprint = contentAddress({ redrive: runId, backend });
    const known = await this.forks.findKnown(tenant, key, fingerprint);
    if (known) return known.task.run_id;
    const original = await this.forks.read(tenant, runId);
    if (original.state.status !== 'failed') throw notFailed(runId, original.state.status);
    const place = await this.placeOf(original);
    const plan: ForkPlan = await this.forks.plan({
      ...{ original, backend, agentVersion: '', key, fingerprint, actor, by: 'the redrive' },
      ...place,
    });
    if (dryRun) return '';
    const { task } = await this.forks.commit(plan, (manager, made) =>
      this.redrives.mark({ tenant, kind: 'run', id: runId }, made, actor, manager),
    );
    return task.run_id;
  }

  /** Where it goes on. Calls that are open are ended first, so that the results of the others are not lost with them. */
  private async placeOf({ state, events }: Appended): Promise<{ seq: number; added: RunEventBodyInit[] }> {
    const { tenant, runId } = state;
    const last = lastOfWork(events);
    const open = last?.state.openCalls.filter((call) => call.result === null) ?? [];
    // Of a run that is answered from a record, no call was ever made.
    const known = state.replay ? [] : await this.settledSince(tenant, runId, open);
    if (!state.replay && hasRisk(events)) await this.checkLedger(tenant, runId);
    if (!last || open.length === 0) return { seq: forkPlace(events, 0).seq, added: [] };
    const settled = new Set(known.map(({ callId }) => callId));
    const rest = { openCalls: last.state.openCalls.filter((call) => !settled.has(call.callId)) };
    const results = known.flatMap(({ callId, tool, result }): RunEventBodyInit[] =>
      result ? [{ case: 'toolCallSettled', value: { tool, result: { ...result, callId } } }] : [],
    );
    return { seq: last.seq, added: [...results, ...abandonedCalls(rest)] };
  }

  /**
   * Irreversible calls whose result the journal lacks: the ledger may have it, from the tool or from who decided.
   *
   * @throws SwitchyardError `redrive.effect_unknown` where it has none
   */
  private async settledSince(tenant: string, runId: string, open: readonly OpenCall[]): Promise<Effect[]> {
    const risky = open.filter(mayHaveBegun);
    const effects = await Promise.all(risky.map((call) => this.effectOf(tenant, call.callId)));
    const found = effects.flatMap((effect) => (effect?.status === 'settled' && effect.result ? [effect] : []));
    const missing = risky.filter((call) => !found.some(({ callId }) => callId === call.callId));
    if (missing.length > 0)
      throw effectUnknown(
        runId,
        missing.map(({ callId }) => callId),
      );
    return found;
  }

  private async checkLedger(tenant: string, runId: string): Promise<void> {
    const { effects } = await this.asked(() =>
      this.rpc.call(ToolHostService.method.listEffects, { tenant, runId, status: 'unknown', limit: 10 }),
    );
    if (effects.length > 0)
      throw effectUnknown(
        runId,
        effects.map(({ callId }) => callId),
      );
  }

  private async effectOf(tenant: string, callId: string): Promise<Effect | undefined> {
    try {
      return await this.asked(() => this.rpc.call(ToolHostService.method.getEffect, { tenant, callId }));
    } catch (error) {
      if (error instanceof SwitchyardError && error.code === 'effect.not_found') return undefined;
      throw error;
    }
  }

  private async asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      if (!(cause instanceof SwitchyardError) || !cause.code.startsWith('rpc.')) throw cause;
      throw new SwitchyardError(
        'redrive.effects_unreadable',
        `The run was not redriven: no tool host answered what became of its irreversible calls (${cause.code}). Start one, and try again.`,
        { retryable: true, cause },
      );
    }
  }
}

/** A call that must not happen twice, and that nobody held back: a call that waits for a person is not asked for. */
function mayHaveBegun({ kind, effect, approval }: OpenCall): boolean {
  return (
    kind === 'tool' &&
    !REPEATABLE.includes(effect) &&
    (approval === '' || approval === 'approved' || approval === 'edited')
  );
}

/** Whether it asked for a call that must not happen twice. */
function hasRisk(events: readonly RunEvent[]): boolean {
  return events.some(
    ({ body }) =>
      body.case === 'toolCallsRequested' &&
      body.value.calls.some(({ kind, effect }) => (kind === '' || kind === 'tool') && !REPEATABLE.includes(effect)),
  );
}

function effectUnknown(runId: string, callIds: readonly string[]): SwitchyardError {
  return new SwitchyardError(
    'redrive.effect_unknown',
    `Run ${runId} was not redriven: nobody knows whether its irreversible calls ${callIds.join(', ')} took effect, and a run that goes on might make them again. Find out, decide them with "switchyard effects settle" or "effects fail", and redrive it then; or fork the run by hand from a step of your choice.`,
    { details: { run_id: runId, call_ids: [...callIds] } },
  );
}

function notFailed(runId: string, status: string): SwitchyardError {
  return new SwitchyardError(
    'redrive.not_failed',
    `Run ${runId} is ${status}: only runs that failed are redriven. Fork it to go on from one of its steps.`,
    { details: { run_id: runId, status } },
  );
}
