import { create, DeltaSchema, type Delta } from '@switchyard/contracts';

/**
 * Hides reconnections from who reads the text of a turn. After one, the gateway says the text of the turn in progress
 * once more, behind a `reset`; of that, only what is new goes on. Where it says something else than before (the turn
 * was begun again meanwhile), the `reset` goes on too. Pure.
 */
export class DeltaReplay {
  private turn = 0;
  /** What the reader was told of the turn, a kind. */
  private readonly told = new Map<string, string>();
  /** After a reconnection: what this connection has told again, for kinds that have not caught up. */
  private readonly retold = new Map<string, string>();
  private readonly caughtUp = new Set<string>();
  private resuming = false;
  private first = false;

  /** Another connection begins. */
  reconnect(): void {
    this.retold.clear();
    this.caughtUp.clear();
    this.resuming = true;
    this.first = true;
  }

  /** The journal has this turn: all of its text was said. */
  turnCompleted(turn: number): void {
    this.begin(turn + 1);
  }

  /** What the reader has to be told. */
  read(delta: Delta): Delta[] {
    if (delta.turn !== this.turn) this.begin(delta.turn);
    const first = this.first;
    this.first = false;
    if (delta.kind === 'reset') {
      if (first && this.told.size > 0) return [];
      this.begin(delta.turn);
      return [delta];
    }
    return this.resuming && !this.caughtUp.has(delta.kind) ? this.compare(delta) : this.goOn(delta);
  }

  private begin(turn: number): void {
    this.turn = turn;
    this.told.clear();
    this.retold.clear();
    this.caughtUp.clear();
    this.resuming = false;
  }

  private goOn(delta: Delta): Delta[] {
    this.told.set(delta.kind, (this.told.get(delta.kind) ?? '') + delta.text);
    return [delta];
  }

  private compare(delta: Delta): Delta[] {
    const before = this.told.get(delta.kind) ?? '';
    const again = (this.retold.get(delta.kind) ?? before.slice(0, delta.offset)) + delta.text;
    this.retold.set(delta.kind, again);
    if (again.length < before.length && before.startsWith(again)) return [];
    if (!again.startsWith(before)) return this.startOver(delta);
    this.caughtUp.add(delta.kind);
    this.retold.delete(delta.kind);
    this.told.set(delta.kind, again);
    const text = again.slice(before.length);
    return text === '' ? [] : [create(DeltaSchema, { ...delta, offset: before.length, text })];
  }

  /** Tells all that this connection said, from the beginning. */
  private startOver({ tenant, runId, turn }: Delta): Delta[] {
    const known = [...this.caughtUp].map((kind) => [kind, this.told.get(kind) ?? ''] as const);
    const texts = [...known, ...this.retold];
    this.begin(turn);
    for (const [kind, text] of texts) this.told.set(kind, text);
    const make = (kind: string, text: string): Delta =>
      create(DeltaSchema, { tenant, runId, turn, kind, offset: 0, text });
    return [make('reset', ''), ...texts.map(([kind, text]) => make(kind, text))];
  }
}
