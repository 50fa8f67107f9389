import type { RunEvent } from '@switchyard/contracts';
import { preview, type EventDraft, type JournalStore, type RunEventBodyInit, type RunState } from '@switchyard/journal';
import { currentTraceId } from '@switchyard/telemetry';
import { afterLateEntries, userInputs } from './after-late-entries.js';

/** Who wrote an event, as it stands there. */
export const EXECUTOR = 'executor';
/** The same of an answer that comes from a record: nobody acted for it. */
export const RECORD = 'record';

/** How far a run is: what the journal holds, and what goes there with the next append. */
export class RunProgress {
  #committed: RunState;
  #state: RunState;
  #drafts: EventDraft[] = [];
  #unseen: number[] = [];
  #isAsSeen = true;
  #askedAt: number;

  /** @param askedAt when the journal was asked for it, on the clock of `performance.now()` */
  constructor(
    private readonly journal: Pick<JournalStore, 'append'>,
    loaded: RunState,
    askedAt = performance.now(),
  ) {
    this.#committed = loaded;
    this.#state = loaded;
    this.#askedAt = askedAt;
  }

  /**
   * When the journal was last asked. What is known is as old as the question, however long the answer was on its way: a
   * process that was paused reads it much later, and that clock goes on meanwhile.
   */
  get askedAt(): number {
    return this.#askedAt;
  }

  /** The journal was asked whether the run goes on, and it does. */
  confirm(askedAt: number): void {
    this.#askedAt = askedAt;
  }

  /** With what is not written yet. */
  get state(): RunState {
    return this.#state;
  }

  /** As the journal has it. */
  get committed(): RunState {
    return this.#committed;
  }

  /** The journal's last seq that was read or written. */
  get seq(): number {
    return this.#committed.seq;
  }

  get hasDrafts(): boolean {
    return this.#drafts.length > 0;
  }

  /** Places of what users said since `seen`: a turn that was asked for then has not seen it. */
  get unseen(): readonly number[] {
    return this.#unseen;
  }

  /** Whether nobody else has written anything since `seen`, as far as it was read. */
  get isAsSeen(): boolean {
    return this.#isAsSeen;
  }

  /** The next turn is asked for with all that is known now. */
  seen(): void {
    this.#unseen = [];
    this.#isAsSeen = true;
  }

  /** What the next append ends with, as in `ToolCallSettled`; empty where nothing is to be written. */
  get lastType(): string {
    const name = this.#drafts.at(-1)?.body.case ?? '';
    return name === '' ? '' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  }

  /** Whether nothing but this is to be written. */
  isOnly(type: RunEventBodyInit['case']): boolean {
    return this.#drafts.length === 1 && this.#drafts[0]?.body.case === type;
  }

  /** @throws SwitchyardError `journal.illegal` when it cannot follow */
  add(...bodies: readonly (RunEventBodyInit | EventDraft)[]): void {
    const drafts = bodies.map((body) => ('body' in body ? body : stamped(body)));
    this.#state = preview(this.#state, drafts);
    this.#drafts.push(...drafts);
  }

  /** Forgets what was not written. */
  drop(): void {
    this.#drafts = [];
    this.#state = this.#committed;
  }

  /** Puts what was added after entries that others have written meanwhile. False, and nothing done, where it cannot follow. */
  rebase(loaded: RunState, late: readonly RunEvent[]): boolean {
    const rebased = afterLateEntries(this.#drafts, this.#committed.seq, loaded, late);
    if (!rebased) return false;
    this.#drafts = rebased.drafts;
    this.#isAsSeen &&= late.length === 0;
    this.#unseen = [...this.#unseen, ...userInputs(late)];
    this.#state = rebased.state;
    this.#committed = loaded;
    return true;
  }

  /** Writes what was added and these, all or nothing; where that fails, these are forgotten. @throws as `commit`, and as `add` */
  async commitWith(...bodies: readonly RunEventBodyInit[]): Promise<RunEvent[]> {
    const [drafts, state] = [[...this.#drafts], this.#state];
    try {
      this.add(...bodies);
      return await this.commit();
    } catch (error) {
      this.#drafts = drafts;
      this.#state = state;
      throw error;
    }
  }

  /** Writes what was added, all or nothing; nothing where nothing was. @throws SwitchyardError `journal.conflict`, `database.…` */
  async commit(): Promise<RunEvent[]> {
    if (this.#drafts.length === 0) return [];
    const askedAt = performance.now();
    const { state, events } = await this.journal.append(this.#committed, this.#drafts);
    this.#drafts = [];
    this.#committed = state;
    this.#state = state;
    this.#askedAt = askedAt;
    return events;
  }
}

/** An event of the executor's, now, in the active trace. */
export function stamped(body: RunEventBodyInit): EventDraft {
  return { body, actor: EXECUTOR, time: new Date(), traceId: currentTraceId() };
}

/** The same of an answer from a record. */
export function recorded(body: RunEventBodyInit): EventDraft {
  return { ...stamped(body), actor: RECORD };
}
