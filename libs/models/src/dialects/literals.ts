import type { Reading, TextSource } from './text-source.js';

/** A set of literals that is searched for all at once, the longest first where several begin alike. */
export class Literals {
  private readonly pattern: RegExp;
  private readonly prefixes = new Set<string>();
  private readonly longest: number;
  private readonly ordered: readonly string[];

  constructor(literals: Iterable<string>) {
    this.ordered = [...new Set(literals)].filter((each) => each !== '').sort((a, b) => b.length - a.length);
    this.longest = this.ordered[0]?.length ?? 0;
    this.pattern = new RegExp(this.ordered.length === 0 ? '(?!)' : this.ordered.map(escaped).join('|'), 'gu');
    for (const literal of this.ordered)
      for (let length = 1; length < literal.length; length++) this.prefixes.add(literal.slice(0, length));
  }

  /**
   * Takes text up to the next literal, giving it to `onText` as soon as it is certain that none begins in it. Gives the
   * literal, which still stands there; undefined where the text ends without one.
   */
  *next(source: TextSource, onText: (text: string) => void): Reading<string | undefined> {
    for (;;) {
      const found = source.find(this.pattern);
      // What may become a literal that begins earlier goes first: only more text decides.
      const open = source.length - this.heldBack(source);
      const waits = found < 0 || open < found;
      const certain = waits ? open : found;
      if (certain > 0) onText(source.take(certain));
      if (!waits) return yield* this.standing(source);
      if (yield* source.more()) continue;
      if (found >= 0) {
        onText(source.take(found - certain));
        return yield* this.standing(source);
      }
      if (source.length > 0) onText(source.take(source.length));
      return undefined;
    }
  }

  /** The longest literal that stands here. */
  private *standing(source: TextSource): Reading<string | undefined> {
    for (const literal of this.ordered) if (yield* source.startsWith(literal)) return literal;
    return undefined;
  }

  /** How many of the last characters at hand may be the beginning of a literal. */
  private heldBack(source: TextSource): number {
    const tail = source.slice(Math.max(0, source.length - this.longest + 1));
    for (let from = 0; from < tail.length; from++) if (this.prefixes.has(tail.slice(from))) return tail.length - from;
    return 0;
  }
}

/** Sets that were asked for, so that none is made for every tag of every call. Names come from models: bounded. */
const known = new Map<string, Literals>();
const MAX_KNOWN = 1_000;

/** The set of these literals. */
export function literalsOf(...literals: readonly string[]): Literals {
  const key = literals.join('\u0000');
  const made = known.get(key) ?? new Literals(literals);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, made);
  return made;
}

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
