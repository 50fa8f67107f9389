import { randomUUID } from 'node:crypto';
import { endOfPart, type Bus } from '@switchyard/bus';
import { DeltaSchema, type Delta, type MessageInitShape } from '@switchyard/contracts';
import { MAX_ANSWER_BYTES, MAX_CALLS_BYTES, type ModelEvent } from '@switchyard/models';
import type { Logger } from '@switchyard/telemetry';

/** Kinds of delta that carry text. */
export type DeltaKind = 'text' | 'reasoning' | 'tool_call';
const KINDS: readonly DeltaKind[] = ['text', 'reasoning', 'tool_call'];

/** UTF-16 units of one delta. As JSON one takes six bytes at most: 384 KiB, and NATS carries 1 MiB in a message. */
export const MAX_PIECE_UNITS = 65_536;
/** UTF-8 of what is shown of one turn: as much as an answer may have; what an endpoint repeats over and over may be more. */
export const MAX_SHOWN_BYTES = MAX_ANSWER_BYTES + MAX_CALLS_BYTES;
/** Bytes of the texts of one reply of `partial()`, as JSON: with the rest of it below half of what NATS carries by default. */
export const MAX_PARTIAL_BYTES = 400_000;

/** What the asker has of a turn, from replies before. */
export interface PartialAsked {
  version: string;
  /** UTF-16 units, by kind. */
  offsets: Readonly<Record<string, number>>;
}

/** What a turn has said, or as much of it as one reply carries. */
export interface PartialSaid {
  deltas: MessageInitShape<typeof DeltaSchema>[];
  /** Changes when the turn starts over. */
  version: string;
  /** The rest is asked for from where the deltas end. */
  more: boolean;
}

/** Of a kind that comes after a large one: at least something of it, so that each reply leads further. */
const MIN_ROOM = 1_024;

const NOTHING_YET: PartialAsked = { version: '', offsets: {} };

/**
 * Shows a turn while it is spoken. The first piece leaves at once; what comes in the same tick leaves together. Each
 * delta says how much of its kind came before, so that readers can join the journal, the partial text and live deltas.
 * Deltas are for showing: one that cannot be sent is logged, and the turn goes on.
 */
export class TurnStream {
  #said: Record<DeltaKind, string> = { text: '', reasoning: '', tool_call: '' };
  #waiting: { kind: DeltaKind; text: string }[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #first = true;
  #shownBytes = 0;
  #full = false;
  #failed = false;
  /** Made when somebody asks. */
  #version = '';

  constructor(
    private readonly bus: Pick<Bus, 'emit' | 'subjects'>,
    private readonly run: { tenant: string; runId: string },
    readonly turn: number,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** True once anything was shown. */
  get started(): boolean {
    return !this.#first;
  }

  push(event: ModelEvent): void {
    if (event.type === 'text_delta') this.#add('text', event.text);
    else if (event.type === 'reasoning_delta') this.#add('reasoning', event.text);
    else if (event.type === 'tool_call_started') {
      this.#add('tool_call', `${this.#length('tool_call') > 0 ? '\n' : ''}${event.name} `);
    } else if (event.type === 'tool_call_delta') this.#add('tool_call', event.arguments);
  }

  /** The turn starts over: readers forget what came. */
  reset(): void {
    this.#cancelScheduled();
    this.#waiting = [];
    this.#said = { text: '', reasoning: '', tool_call: '' };
    this.#shownBytes = 0;
    this.#full = false;
    this.#version = '';
    if (!this.#first) this.#emit({ kind: 'reset' });
  }

  /** What was said so far after what the asker has of the same version; one delta a kind. */
  partial(asked: PartialAsked = NOTHING_YET): PartialSaid {
    this.flush();
    const has = this.#version !== '' && asked.version === this.#version ? asked.offsets : {};
    this.#version ||= randomUUID();
    const deltas: PartialSaid['deltas'] = [];
    let room = MAX_PARTIAL_BYTES;
    for (const kind of KINDS) {
      const [said, offset] = [this.#said[kind], has[kind] ?? 0];
      if (offset >= said.length) continue;
      const text = said.slice(offset, endOfPart(said, offset, room));
      deltas.push(this.#delta({ kind, text, offset }));
      if (offset + text.length < said.length) return { deltas, version: this.#version, more: true };
      room = Math.max(MIN_ROOM, room - Buffer.byteLength(JSON.stringify(text)));
    }
    return { deltas, version: this.#version, more: false };
  }

  /** Sends what waits. */
  flush(): void {
    this.#cancelScheduled();
    for (const { kind, text } of this.#waiting.splice(0)) for (const piece of piecesOf(text)) this.#show(kind, piece);
  }

  #show(kind: DeltaKind, text: string): void {
    this.#shownBytes += Buffer.byteLength(text);
    this.#full ||= this.#shownBytes > MAX_SHOWN_BYTES;
    if (this.#full) return;
    this.#emit({ kind, text, offset: this.#said[kind].length });
    this.#said[kind] += text;
  }

  #add(kind: DeltaKind, text: string): void {
    if (text === '' || this.#full) return;
    const last = this.#waiting.at(-1);
    if (last?.kind === kind) last.text += text;
    else this.#waiting.push({ kind, text });
    if (this.#first) this.flush();
    else this.#scheduled ??= setImmediate(() => this.flush());
  }

  #length(kind: DeltaKind): number {
    return this.#said[kind].length + this.#waiting.filter((one) => one.kind === kind).length;
  }

  #emit(part: Pick<MessageInitShape<typeof DeltaSchema>, 'kind' | 'text' | 'offset'>): void {
    this.#first = false;
    const delta = this.#delta(part);
    try {
      this.bus.emit(this.bus.subjects.stream(this.run.tenant, this.run.runId), DeltaSchema, delta);
    } catch (error) {
      // Readers see the gap and ask for the partial text. Said once a turn: a closed connection fails every delta.
      if (!this.#failed)
        this.logger.warn({ err: error, run: this.run.runId, turn: this.turn }, 'Text of a turn could not be shown');
      this.#failed = true;
    }
  }

  #delta(part: Partial<Pick<Delta, 'kind' | 'text' | 'offset'>>): MessageInitShape<typeof DeltaSchema> {
    return { tenant: this.run.tenant, runId: this.run.runId, turn: this.turn, ...part };
  }

  #cancelScheduled(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
  }
}

/** The text in pieces that a message carries, none of which ends within a character. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + MAX_PIECE_UNITS);
    // A code point above 0xffff is two units: both go into the next piece.
    if (end < text.length && (text.codePointAt(end - 1) ?? 0) > 0xffff) end -= 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
