import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import { CancelNoticeSchema, SwitchyardError } from '@switchyard/contracts';
import { endTotals, hasEnded, JournalStore, type Appended } from '@switchyard/journal';
import { currentTraceId } from '@switchyard/telemetry';
import { alreadyEnded, runNotFound } from '../runs/run-errors.js';
import { DispatchService } from './dispatch.service.js';
import { ThreadsService } from './threads.service.js';

/** A cancel that loses the race for the next entry reads again so often, waiting a little longer each time. */
const CANCEL_ATTEMPTS = 20;

/** Which run ends, and who says so. */
export interface Cancel {
  tenant: string;
  runId: string;
  reason: string;
  actor: string;
}

/** Ends runs. Those below them are another's: see RunTreeService. */
@Injectable()
export class Canceller {
  constructor(
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(ThreadsService) private readonly threads: ThreadsService,
    @Inject(Bus) private readonly bus: Bus,
  ) {}

  /**
   * Once this resolves the journal takes nothing more of the run; what is under way is told to stop.
   *
   * @throws SwitchyardError `run.not_found`, `run.already_ended`
   */
  async cancel(request: Cancel): Promise<Appended> {
    const { tenant, runId, reason, actor } = request;
    const appended = await this.append(request);
    this.bus.emit(this.bus.subjects.cancel(runId), CancelNoticeSchema, { tenant, runId, reason, actor });
    void this.dispatcher.announce(appended.events);
    // The next run of its thread need not wait until the event has come back.
    void this.dispatcher.later(runId, this.threads.runEnded(runId));
    return appended;
  }

  private async append({ tenant, runId, reason, actor }: Cancel): Promise<Appended> {
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
