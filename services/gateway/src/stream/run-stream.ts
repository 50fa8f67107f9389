import {
  create,
  DeltaSchema,
  END_EVENT_TYPES,
  eventTypeOf,
  type Delta,
  type PartialTurn,
  type RunEvent,
} from '@switchyard/contracts';

/** What a viewer of a run is sent, in this order. */
export type StreamOutput = { readonly event: RunEvent } | { readonly delta: Delta };

export interface RunStreamStart {
  tenant: string;
  runId: string;
  /** The viewer has the journal up to here (Last-Event-ID); 0: nothing. */
  afterSeq: number;
  /** Model turns that the journal held when the stream was opened. */
  completedTurns: number;
}

/** What an executor is asked with: how far the text that it told was taken over, and of which version. */
export interface PartialPlace {
  readonly version: string;
  /** UTF-16 units, by kind. */
  readonly offsets: Readonly<Record<string, number>>;
}

const FROM_THE_BEGINNING: PartialPlace = { version: '', offsets: {} };

/** Live events kept for a gap to be filled; what is beyond is read from the journal. */
const PENDING_EVENTS = 1_024;
/** Deltas kept while the text before them is asked for; beyond, the oldest go and the executor is asked again. */
const HELD_DELTAS = 4_096;

/**
 * Merges a run's journal, its live events and the text of the turn in progress into one sequence with nothing missing
 * and nothing doubled, whatever was lost, repeated or reordered on the way. Pure: it does no I/O, but says what it
 * needs (`needsJournal`, `needsPartial`).
 *
 * Events leave by `seq`. A delta leaves only if it belongs to the turn that the journal is at (`completed + 1`) and
 * follows what was said of its kind; so a stale one is dropped, an early one waits for the journal, one after a gap for
 * the executor's partial text. A viewer that comes back gets a `reset` before the text of the turn in progress, because
 * only it knows how much of that text it had.
 */
export class RunStream {
  /** The journal holds, or may hold, what has not come by the live way. */
  needsJournal = true;
  /** Text of the turn in progress is, or may be, missing. */
  needsPartial = true;
  ended = false;
  /** Where the executor is to go on with the text of the turn in progress; long ones take several replies. */
  partialPlace = FROM_THE_BEGINNING;

  private nextSeq: number;
  private completed: number;
  private readonly pending = new Map<number, RunEvent>();
  private held: Delta[] = [];
  private early: PartialTurn | undefined;
  /** What this viewer was told of the turn in progress, a kind. */
  private readonly said = new Map<string, string>();
  /** The turn whose text the viewer may still hold from before it came back. */
  private resetBefore: number | undefined;
  private caughtUp = false;
  private partialAwaited = true;

  constructor(private readonly start: RunStreamStart) {
    this.nextSeq = start.afterSeq + 1;
    this.completed = start.completedTurns;
    this.resetBefore = start.afterSeq > 0 ? start.completedTurns + 1 : undefined;
  }

  /** Read the journal after this. */
  get lastSeq(): number {
    return this.nextSeq - 1;
  }

  /** A page of the journal after `lastSeq`, in order; `last` where there is none after it. */
  journal(events: readonly RunEvent[], last: boolean): StreamOutput[] {
    const output = events.flatMap((event) => this.take(event));
    if (last) {
      this.caughtUp = true;
      this.needsJournal = this.pending.size > 0 && !this.ended;
    }
    return [...output, ...this.release()];
  }

  /** An event from the bus: in order or not, once or often. */
  live(event: RunEvent): StreamOutput[] {
    const output = this.take(event);
    if (this.pending.size > 0) this.needsJournal = true;
    return [...output, ...this.release()];
  }

  /** A piece of text from the bus. */
  delta(delta: Delta): StreamOutput[] {
    if (this.ended || delta.turn <= this.completed) return [];
    if (delta.kind === 'reset') this.held = this.held.filter((other) => other.turn !== delta.turn);
    this.held.push(delta);
    if (this.held.length > HELD_DELTAS) {
      this.held.shift();
      this.needsPartial = true;
    }
    return this.release();
  }

  /** What the executor says that the turn in progress has said. */
  partial(partial: PartialTurn): StreamOutput[] {
    if (this.ended || partial.turn <= this.completed) return this.giveUpWaiting();
    if (!this.caughtUp || partial.turn > this.completed + 1) {
      this.early = partial;
      if (this.caughtUp) this.needsJournal = true;
      return [];
    }
    this.partialAwaited = false;
    return [...this.takePartial(partial), ...this.release(true)];
  }

  /** No executor answered the question. The next one is asked from the beginning: one of an earlier version cannot go on at a place. */
  noPartial(): StreamOutput[] {
    this.partialPlace = FROM_THE_BEGINNING;
    return this.giveUpWaiting();
  }

  /** No executor answered in time: what came live goes out as far as it is whole. */
  giveUpWaiting(): StreamOutput[] {
    this.partialAwaited = false;
    return this.release();
  }

  private take(event: RunEvent): StreamOutput[] {
    if (this.ended || event.seq < this.nextSeq) return [];
    if (event.seq > this.nextSeq) {
      if (this.pending.size < PENDING_EVENTS) this.pending.set(event.seq, event);
      else this.needsJournal = true;
      return [];
    }
    const output: StreamOutput[] = [];
    for (let next: RunEvent | undefined = event; next && !this.ended; next = this.pending.get(this.nextSeq)) {
      this.pending.delete(next.seq);
      this.nextSeq = next.seq + 1;
      this.enter(next);
      output.push({ event: next });
    }
    return output;
  }

  private enter(event: RunEvent): void {
    if (event.body.case === 'modelTurnCompleted' && event.body.value.turn > this.completed) {
      this.completed = event.body.value.turn;
      this.forgetText();
      this.held = this.held.filter((delta) => delta.turn > this.completed);
    }
    if (isEnd(event)) {
      this.ended = true;
      this.needsJournal = false;
      this.needsPartial = false;
      this.pending.clear();
      this.held = [];
    }
  }

  /**
   * Lets go what may go of the held text, in the order in which it came. Right after a partial text (`fresh`) a delta
   * that still does not fit is another executor's, or one after a second loss: it goes, and the executor is asked again.
   */
  private release(fresh = false): StreamOutput[] {
    if (!this.caughtUp || this.ended) return [];
    const output: StreamOutput[] = [];
    if (this.early && this.early.turn <= this.completed + 1) {
      const partial = this.early;
      this.early = undefined;
      this.partialAwaited = false;
      if (partial.turn === this.completed + 1) output.push(...this.takePartial(partial));
    }
    if (this.partialAwaited) return output;
    while (this.held.length > 0) {
      const delta = this.held[0];
      if (delta === undefined) break;
      if (delta.turn > this.completed + 1) {
        this.needsJournal = true;
        break;
      }
      const said = delta.turn <= this.completed ? [] : this.say(delta);
      if (said === undefined) {
        this.needsPartial = true;
        if (!fresh) break;
      }
      this.held.shift();
      output.push(...(said ?? []));
    }
    return output;
  }

  /** The new part of a delta; undefined where text before it is missing. */
  private say(delta: Delta): StreamOutput[] | undefined {
    if (delta.kind === 'reset') {
      this.forgetText();
      this.resetBefore = undefined;
      return [{ delta }];
    }
    const known = this.said.get(delta.kind) ?? '';
    if (delta.offset > known.length) return undefined;
    // The usual case must not look into what was said: a string built up in pieces is copied whole when it is read.
    if (delta.offset === known.length) return this.append(delta, known, delta.text);
    const overlap = known.slice(delta.offset, delta.offset + delta.text.length);
    if (delta.text.startsWith(overlap)) return this.append(delta, known, delta.text.slice(overlap.length));
    // The turn was begun again by another executor. Its first words say so; later ones, and other kinds, are asked for.
    if (delta.offset > 0) return undefined;
    this.needsPartial = true;
    return this.restart([delta]);
  }

  private takePartial(partial: PartialTurn): StreamOutput[] {
    this.needsPartial = partial.more;
    // The turn has started over, or it is another executor's: the reply tells it from the beginning.
    if (partial.version !== this.partialPlace.version) this.partialPlace = { version: partial.version, offsets: {} };
    const { version, offsets } = this.partialPlace;
    const parts = partial.deltas.filter((part) => part.kind !== 'reset' && part.text !== '');
    if (parts.some(({ kind, offset }) => offset > (offsets[kind] ?? 0))) return this.askAnew();
    const contradicts = parts.some(({ kind, offset, text }) => {
      const known = (this.said.get(kind) ?? '').slice(offset);
      return !text.startsWith(known) && !known.startsWith(text);
    });
    // What the reply leaves out, because it was told before, would be missing after a new beginning.
    if (contradicts && Object.keys(offsets).length > 0) return [...this.restart([]), ...this.askAnew()];
    const output = contradicts ? this.restart(parts) : parts.flatMap((part) => this.takePart(part, partial.turn));
    const ends = parts.map(({ kind, offset, text }) => [kind, offset + text.length] as const);
    // An executor of an earlier version names none, and always tells all.
    this.partialPlace = { version, offsets: version === '' ? {} : { ...offsets, ...Object.fromEntries(ends) } };
    return output;
  }

  private takePart(part: Delta, turn: number): StreamOutput[] {
    const known = this.said.get(part.kind) ?? '';
    return this.append({ ...part, turn }, known, part.text.slice(known.length - part.offset));
  }

  private askAnew(): StreamOutput[] {
    this.partialPlace = FROM_THE_BEGINNING;
    this.needsPartial = true;
    return [];
  }

  private restart(parts: readonly Delta[]): StreamOutput[] {
    this.forgetText();
    this.resetBefore = undefined;
    return [this.reset(), ...parts.flatMap((part) => this.append(part, '', part.text))];
  }

  private forgetText(): void {
    this.said.clear();
    this.partialPlace = FROM_THE_BEGINNING;
  }

  private append(delta: Delta, known: string, text: string): StreamOutput[] {
    if (text === '') return [];
    this.said.set(delta.kind, known + text);
    const first = this.resetBefore === this.completed + 1 ? [this.reset()] : [];
    this.resetBefore = undefined;
    return [...first, { delta: this.make(delta.kind, known.length, text) }];
  }

  private reset(): StreamOutput {
    return { delta: this.make('reset', 0, '') };
  }

  private make(kind: string, offset: number, text: string): Delta {
    const { tenant, runId } = this.start;
    return create(DeltaSchema, { tenant, runId, turn: this.completed + 1, kind, offset, text });
  }
}

export function isEnd(event: RunEvent): boolean {
  return event.body.case !== undefined && END_EVENT_TYPES.some((type) => type === eventTypeOf(event));
}
