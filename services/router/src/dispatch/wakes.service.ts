import { Inject, Injectable } from '@nestjs/common';
import { JournalStore, type DueWake, type WakeCursor } from '@switchyard/journal';
import { DispatchService } from './dispatch.service.js';
import { ExecStreamRepository } from './exec-stream.repository.js';
import { groupsOf } from './groups-of.js';
import { TOLD_AFTER_MS } from './next-look.js';

/** Runs of one statement. */
const PAGE = 500;
const PUBLISHED_TOGETHER = 32;
/** So far back it is looked again, in milliseconds: an entry may be committed after the time that it names. */
const OVERLAP_MS = 10_000;

/**
 * Wakes runs whose time has come and whose timer the bus has lost. A round in which none was lost is one statement on an
 * index, however many runs wait; what was dispatched here is then a matter of the reconciler's looks.
 */
@Injectable()
export class WakesService {
  /** Times up to this one have been looked at. */
  #upTo: Date | undefined;
  /** Of the overlap: run and seq of those that were looked at, with their time. */
  readonly #seen = new Map<string, number>();

  constructor(
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(ExecStreamRepository) private readonly exec: ExecStreamRepository,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
  ) {}

  /** Another router was at it: what it looked at is not known here. */
  startOver(): void {
    this.#upTo = undefined;
  }

  /** How many were woken. @throws SwitchyardError `bus.…`, `database.…`; the next call begins where this one began */
  async wake(now: Date): Promise<number> {
    const until = new Date(now.getTime() - TOLD_AFTER_MS);
    let after: WakeCursor = { wakeAt: new Date(this.#upTo ? this.#upTo.getTime() - OVERLAP_MS : 0), runId: '' };
    let woken = 0;
    for (;;) {
      const page = await this.journal.dueWakes(after, until, PAGE);
      const fresh = page.filter((wake) => !this.#seen.has(keyOf(wake)));
      const held = await this.exec.held(fresh);
      const lost = fresh.filter(({ runId }) => !held.has(runId));
      for (const group of groupsOf(lost, PUBLISHED_TOGETHER))
        await Promise.all(group.map((wake) => this.dispatch(wake)));
      for (const wake of fresh) this.#seen.set(keyOf(wake), wake.wakeAt.getTime());
      woken += lost.length;
      const last = page.at(-1);
      if (page.length < PAGE || !last) break;
      after = last;
    }
    this.#upTo = until;
    for (const [key, at] of this.#seen) if (at < until.getTime() - OVERLAP_MS) this.#seen.delete(key);
    return woken;
  }

  private dispatch({ tenant, runId, backend, seq }: DueWake): Promise<void> {
    return this.dispatcher.dispatch({ tenant, runId, backend, cause: 'timer', msgId: `${runId}:wake:${seq}` });
  }
}

function keyOf({ runId, seq }: DueWake): string {
  return `${runId}:${seq}`;
}
