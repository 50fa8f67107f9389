import {
  create,
  DeltaSchema,
  PartialTurnSchema,
  RunEventSchema,
  type Delta,
  type PartialTurn,
  type RunEvent,
} from '@switchyard/contracts';
import type { PartialPlace, StreamOutput } from './run-stream.js';

/** A run with its executor: what it commits to the journal and what it says on the way. */
export class ScriptedRun {
  readonly journal: RunEvent[] = [];
  turns = 0;
  ended = false;
  private said = new Map<string, string>();
  private version = 1;

  private readonly run: { tenant: string; runId: string };

  constructor(runId = 'run_1') {
    this.run = { tenant: 'acme', runId };
    this.append({ case: 'runAccepted', value: { backend: 'b' } });
  }

  append(body: NonNullable<Parameters<typeof create<typeof RunEventSchema>>[1]>['body']): RunEvent {
    const event = create(RunEventSchema, { ...this.run, seq: this.journal.length + 1, ...(body ? { body } : {}) });
    this.journal.push(event);
    return event;
  }

  say(kind: string, text: string): Delta {
    const before = this.said.get(kind) ?? '';
    this.said.set(kind, before + text);
    return create(DeltaSchema, { ...this.run, turn: this.turns + 1, kind, offset: before.length, text });
  }

  /** The turn starts over; an executor that died could not say so. */
  restart(announced: boolean): Delta | undefined {
    this.said = new Map();
    this.version += 1;
    return announced ? create(DeltaSchema, { ...this.run, turn: this.turns + 1, kind: 'reset' }) : undefined;
  }

  completeTurn(): RunEvent {
    this.turns += 1;
    this.said = new Map();
    this.version += 1;
    return this.append({ case: 'modelTurnCompleted', value: { turn: this.turns } });
  }

  end(): RunEvent {
    this.ended = true;
    return this.append({ case: 'runCompleted', value: {} });
  }

  /** As an executor does that tells all at once. */
  partial(): PartialTurn {
    const deltas = [...this.said].map(([kind, text]) => ({ ...this.run, turn: this.turns + 1, kind, offset: 0, text }));
    return create(PartialTurnSchema, { runId: this.run.runId, turn: this.turns + 1, deltas });
  }

  /** As one does that tells so many characters at once. */
  partialAfter({ version, offsets }: PartialPlace, characters: number): PartialTurn {
    const has = version === String(this.version) ? offsets : {};
    const [first, ...others] = [...this.said].flatMap(([kind, text]) => {
      const offset = has[kind] ?? 0;
      return offset < text.length
        ? [{ ...this.run, turn: this.turns + 1, kind, offset, text: text.slice(offset) }]
        : [];
    });
    const shown = first ? [{ ...first, text: first.text.slice(0, characters) }] : [];
    const more = others.length > 0 || (first?.text.length ?? 0) > characters;
    const turn = this.turns + 1;
    return create(PartialTurnSchema, {
      runId: this.run.runId,
      turn,
      deltas: shown,
      version: String(this.version),
      more,
    });
  }

  text(kind: string): string {
    return this.said.get(kind) ?? '';
  }
}

/** Somebody who reads a run's stream and trusts it: any gap, repetition or foreign text throws. */
export class Viewer {
  seq = 0;
  readonly seen: number[] = [];
  private turn = 0;
  private readonly texts = new Map<string, string>();

  read(outputs: readonly StreamOutput[]): void {
    for (const output of outputs) {
      if ('event' in output) this.event(output.event);
      else this.delta(output.delta);
    }
  }

  text(kind: string): string {
    return this.texts.get(kind) ?? '';
  }

  private event(event: RunEvent): void {
    if (event.seq !== this.seq + 1) throw new Error(`event ${event.seq} came after ${this.seq}`);
    this.seq = event.seq;
    this.seen.push(event.seq);
    if (event.body.case !== 'modelTurnCompleted') return;
    this.turn = event.body.value.turn;
    this.texts.clear();
  }

  private delta(delta: Delta): void {
    if (delta.turn !== this.turn + 1) throw new Error(`text of turn ${delta.turn} came in turn ${this.turn + 1}`);
    if (delta.kind === 'reset') {
      this.texts.clear();
      return;
    }
    const known = this.text(delta.kind);
    if (delta.offset !== known.length) throw new Error(`text at ${delta.offset} came after ${known.length} units`);
    this.texts.set(delta.kind, known + delta.text);
  }
}
