import type { ObservedTurn } from './observed.js';

/** Fixed texts count otherwise from one turn to the next. */
export interface TokenChange {
  /** template: all by the same number; tokenizer: by what they are. */
  kind: 'template' | 'tokenizer';
  before: string;
  after: string;
  changedAfter: Date;
  changedBefore: Date;
}

/** Counts of fixed texts do not vary by chance: one that differs is a change, at once. */
export class TokenWatch {
  private last: { tokens: Map<string, number>; at: Date } | undefined;

  add({ tokens, at }: ObservedTurn): TokenChange | undefined {
    const counted = Object.entries(tokens);
    const { last } = this;
    this.last = {
      tokens: new Map([...(last?.tokens ?? []), ...counted]),
      at: counted.length > 0 ? at : (last?.at ?? at),
    };
    if (!last) return undefined;
    const pairs = counted.flatMap(([name, after]) => {
      const before = last.tokens.get(name);
      return before === undefined ? [] : [{ name, before, after }];
    });
    const changed = pairs.filter(({ before, after }) => before !== after);
    if (changed.length === 0) return undefined;
    const byOne = new Set(pairs.map(({ before, after }) => after - before)).size === 1;
    const told = (of: (pair: { before: number; after: number }) => number) =>
      changed.map((pair) => `${pair.name} ${of(pair)}`).join(', ') + ' tokens';
    return {
      kind: byOne ? 'template' : 'tokenizer',
      before: told(({ before }) => before),
      after: told(({ after }) => after),
      ...{ changedAfter: last.at, changedBefore: at },
    };
  }
}
