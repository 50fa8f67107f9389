import type { Reading, TextSource } from './text-source.js';

/** A set of literals that is searched for all at once, the longest first where several begin alike. */
export class Literals {
  /** Where one may begin, by its first two characters: most text is passed over without a closer look. */
  private readonly beginning: RegExp;
  private readonly byBeginning = new Map<string, string[]>();
  private readonly prefixes = new Set<string>();
  private readonly longest: number;
  private readonly ordered: readonly string[];

  constructor(literals: Iterable<string>) {
    this.ordered = [...new Set(literals)].filter((each) => each !== '').sort((a, b) => b.length - a.length);
    this.longest = this.ordered[0]?.length ?? 0;
    for (const literal of this.ordered) {
      const beginning = literal.slice(0, 2);
      this.byBeginning.set(beginning, [...(this.byBeginning.get(beginning) ?? []), literal]);
      for (let length = 1; length < literal.length; length++) this.prefixes.add(literal.slice(0, length));
    }
    this.beginning = beginningPattern([...this.byBeginning.keys()]);
  }

  /**
   * Takes text up to the next literal, giving it to `onText` as soon as it is certain that none begins in it. Gives the
   * literal, which still stands there; undefined where the text ends without one.
   */
  *next(source: TextSource, onText: (text: string) => void): Reading<string | undefined> {
    for (;;) {
      const found = this.find(source);
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

  /** The place of the next literal at hand; -1 if there is none. */
  private find(source: TextSource): number {
    for (let from = 0; ; from++) {
      from = source.find(this.beginning, from);
      if (from < 0 || this.standsAt(source, from)) return from;
    }
  }

  private standsAt(source: TextSource, at: number): boolean {
    const two = source.slice(at, at + 2);
    const candidates = this.byBeginning.get(two) ?? [];
    return candidates.some((literal) => source.holds(literal, at)) || this.byBeginning.has(two.slice(0, 1));
  }

  /** The longest literal that stands here. Waits while a longer one may become it. */
  private *standing(source: TextSource): Reading<string | undefined> {
    for (let more = true; ;) {
      const two = source.slice(0, 2);
      // Few begin alike: with so many literals, asking each is what a mark would cost most.
      const alike = two.length < 2 ? this.ordered : (this.byBeginning.get(two) ?? []);
      const first = alike.find((literal) => source.holds(literal, 0) || (more && source.mayBecome(literal)));
      if (first === undefined) return this.byBeginning.has(two.slice(0, 1)) ? two.slice(0, 1) : undefined;
      if (source.holds(first, 0)) return first;
      more = yield* source.more();
    }
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

/** A pattern for all beginnings, those with one first character together. */
function beginningPattern(beginnings: readonly string[]): RegExp {
  const seconds = new Map<string, string[]>();
  for (const beginning of beginnings) {
    const first = beginning.slice(0, 1);
    seconds.set(first, [...(seconds.get(first) ?? []), beginning.slice(1)]);
  }
  const parts = [...seconds].map(([first, after]) =>
    after.includes('') ? escaped(first) : `${escaped(first)}[${after.map(escaped).join('')}]`,
  );
  return new RegExp(parts.length === 0 ? '(?!)' : parts.join('|'), 'g');
}

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');
}
