import type { Bus } from '@switchyard/bus';
import { DeltaSchema, type Delta, type MessageInitShape } from '@switchyard/contracts';
import type { ModelEvent } from '@switchyard/models';

/** Kinds of delta that carry text. */
export type DeltaKind = 'text' | 'reasoning' | 'tool_call';
const KINDS: readonly DeltaKind[] = ['text', 'reasoning', 'tool_call'];

/**
 * Shows a turn while it is spoken. The first piece leaves at once; what comes in the same tick leaves together. Each
 * delta says how much of its kind came before, so that readers can join the journal, the partial text and live deltas.
 */
export class TurnStream {
  #said: Record<DeltaKind, string> = { text: '', reasoning: '', tool_call: '' };
  #waiting: { kind: DeltaKind; text: string }[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #first = true;

  constructor(
    private readonly bus: Pick<Bus, 'emit' | 'subjects'>,
    private readonly run: { tenant: string; runId: string },
    readonly turn: number,
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
    if (!this.#first) this.#emit({ kind: 'reset' });
  }

  /** What was said so far, one delta a kind. */
  partial(): MessageInitShape<typeof DeltaSchema>[] {
    this.flush();
    return KINDS.filter((kind) => this.#said[kind] !== '').map((kind) => this.#delta({ kind, text: this.#said[kind] }));
  }

  /** Sends what waits. */
  flush(): void {
    this.#cancelScheduled();
    for (const { kind, text } of this.#waiting.splice(0)) {
      this.#emit({ kind, text, offset: this.#said[kind].length });
      this.#said[kind] += text;
    }
  }

  #add(kind: DeltaKind, text: string): void {
    if (text === '') return;
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
    this.bus.emit(this.bus.subjects.stream(this.run.tenant, this.run.runId), DeltaSchema, delta);
  }

  #delta(part: Partial<Pick<Delta, 'kind' | 'text' | 'offset'>>): MessageInitShape<typeof DeltaSchema> {
    return { tenant: this.run.tenant, runId: this.run.runId, turn: this.turn, ...part };
  }

  #cancelScheduled(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
  }
}
