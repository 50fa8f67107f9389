import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Bus, thatFit } from '@switchyard/bus';
import {
  CancelNoticeSchema,
  RunEventSchema,
  RunSchema,
  SwitchyardError,
  type CancelRequest,
  type ListRunsQuery,
  type Run,
  type RunEvent,
  didYouMean,
} from '@switchyard/contracts';
import { endTotals, hasEnded, JournalStore, type Appended, type RunRecord } from '@switchyard/journal';
import { currentTraceId } from '@switchyard/telemetry';
import { bytesOf } from '../shared/bytes-of.js';
import { alreadyEnded, runNotFound } from './run-errors.js';
import { listedRun } from './run-message.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { ThreadsService } from '../dispatch/threads.service.js';

/** A cancel that loses the race for the next entry reads again so often, waiting a little longer each time. */
const CANCEL_ATTEMPTS = 20;
const STATUSES: readonly string[] = ['queued', 'running', 'waiting', 'completed', 'failed', 'cancelled'];
const MAX_RUNS = 200;
const DEFAULT_RUNS = 50;
const MAX_EVENTS = 1_000;

/** What is known of runs, and their cancelling. */
@Injectable()
export class RunsService {
  constructor(
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(ThreadsService) private readonly threads: ThreadsService,
    @Inject(Bus) private readonly bus: Bus,
  ) {}

  /** @throws SwitchyardError `run.not_found`, also where it is another tenant's */
  async get(tenant: string, runId: string): Promise<RunRecord> {
    const record = await this.journal.findRun(runId);
    if (record?.tenant === tenant) return record;
    throw runNotFound(runId);
  }

  /** Newest first. @throws SwitchyardError `contract.invalid` for a status that there is not */
  async list(query: ListRunsQuery): Promise<{ runs: Run[]; more: boolean }> {
    const { tenant, agent, status, thread, before } = query;
    if (status !== '' && !STATUSES.includes(status)) throw unknownStatus(status);
    const limit = Math.min(query.limit || DEFAULT_RUNS, MAX_RUNS);
    const found = await this.journal.listRuns({ tenant, agent, status, thread, before, limit: limit + 1 });
    const runs = thatFit(found.slice(0, limit).map(listedRun), bytesOf(RunSchema));
    return { runs, more: runs.length < found.length };
  }

  /** Events after `afterSeq`, in order. @throws SwitchyardError `run.not_found` */
  async events(
    tenant: string,
    runId: string,
    afterSeq: number,
    limit: number,
  ): Promise<{ events: RunEvent[]; more: boolean }> {
    await this.get(tenant, runId);
    const most = Math.min(limit || MAX_EVENTS, MAX_EVENTS);
    const found = await this.journal.loadAfter(runId, afterSeq, most + 1);
    const events = thatFit(found.slice(0, most), bytesOf(RunEventSchema));
    return { events, more: events.length < found.length };
  }

  /**
   * Ends a run. Once this resolves the journal takes nothing more of it; what is under way is told to stop.
   *
   * @throws SwitchyardError `run.not_found`, `run.already_ended`
   */
  async cancel(request: CancelRequest): Promise<RunRecord> {
    const { tenant, runId, reason, actor } = request;
    const { events } = await this.appendCancel(request);
    this.bus.emit(this.bus.subjects.cancel(runId), CancelNoticeSchema, { tenant, runId, reason, actor });
    void this.dispatcher.announce(events);
    // The next run of its thread need not wait until the event has come back.
    void this.dispatcher.later(runId, this.threads.runEnded(runId));
    return this.get(tenant, runId);
  }

  private async appendCancel({ tenant, runId, reason, actor }: CancelRequest): Promise<Appended> {
    for (let attempt = 1; ; attempt += 1) {
      const { state } = await this.journal.stateToEnd(runId);
      if (state.tenant !== tenant) throw runNotFound(runId);
      if (hasEnded(state)) throw alreadyEnded(state, 'cancel');
      try {
        return await this.journal.append(state, [
          {
            body: { case: 'runCancelled', value: { ...endTotals(state), reason, by: actor } },
            actor: actor || 'router',
            traceId: currentTraceId() ?? '',
          },
        ]);
      } catch (error) {
        const lostRace = error instanceof SwitchyardError && error.code === 'journal.conflict';
        if (!lostRace || attempt === CANCEL_ATTEMPTS) throw error;
        await sleep(Math.random() * attempt);
      }
    }
  }
}

function unknownStatus(status: string): SwitchyardError {
  const text = `ListRunsQuery.status is "${status.slice(0, 64)}"; it may be ${STATUSES.join(', ')}.${didYouMean(status, STATUSES)}`;
  return new SwitchyardError('contract.invalid', text, { details: { field: 'status' } });
}
