import type { JsonObject, JsonValue } from '@switchyard/contracts';
import type { Kind } from './kinds.js';
import { highestPlaceholder, placesIn, type Place } from './places.js';

export interface Redacted {
  value: JsonValue;
  /** Places that were taken out, by kind; without those of which there were none. */
  counts: Partial<Record<Kind, number>>;
}

/**
 * Takes all that is of these kinds out of a JSON value, keys included, and puts numbered placeholders in its place. The same
 * e-mail address is the same placeholder ("[email-1]") all over the value, however it is written; a number that is a
 * card becomes a text. What was redacted before stays as it is.
 *
 * Pure; takes as long as its texts are long: bound it (`judgeInTime`).
 */
export function redact(value: JsonValue, kinds: readonly Kind[]): Redacted {
  const pass = new Redaction(kinds, value);
  return { value: pass.walk(value), counts: pass.counts };
}

class Redaction {
  readonly counts: Partial<Record<Kind, number>> = {};
  private readonly placeholders = new Map<string, string>();
  /** Above those of an earlier redaction, which stand for something else. */
  private readonly last: number;
  private readonly numbers = new Map<Kind, number>();

  constructor(
    private readonly kinds: readonly Kind[],
    value: JsonValue,
  ) {
    this.last = kinds.length === 0 ? 0 : highestPlaceholder(JSON.stringify(value));
  }

  walk(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.number(value);
    if (Array.isArray(value)) return value.map((item) => this.walk(item));
    if (typeof value === 'object' && value !== null) return this.object(value);
    return value;
  }

  private number(value: number): JsonValue {
    const text = String(value);
    const redacted = this.text(text);
    return redacted === text ? value : redacted;
  }

  private object(value: JsonObject): JsonObject {
    const entries = new Map<string, JsonValue>();
    for (const [key, part] of Object.entries(value)) {
      const redacted = this.text(key);
      // Two keys may be one address in two spellings.
      let own = redacted;
      for (let nth = 2; entries.has(own); nth += 1) own = `${redacted} (${nth})`;
      entries.set(own, this.walk(part));
    }
    return Object.fromEntries(entries);
  }

  /** Looks again until nothing is found: what stood beside a place may be seen only once that is gone. */
  private text(text: string): string {
    let rest = text;
    for (let places = placesIn(rest, this.kinds); places.length > 0; places = placesIn(rest, this.kinds)) {
      rest = this.without(rest, places);
    }
    return rest;
  }

  private without(text: string, places: readonly Place[]): string {
    const parts = places.flatMap(({ kind, start, end }, index) => [
      text.slice(places[index - 1]?.end ?? 0, start),
      this.placeholder(kind, text.slice(start, end)),
    ]);
    return `${parts.join('')}${text.slice(places.at(-1)?.end)}`;
  }

  private placeholder(kind: Kind, found: string): string {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    const key = `${kind} ${sameFor(kind, found)}`;
    const known = this.placeholders.get(key);
    if (known !== undefined) return known;
    const number = (this.numbers.get(kind) ?? this.last) + 1;
    this.numbers.set(kind, number);
    const made = `[${kind}-${number}]`;
    this.placeholders.set(key, made);
    return made;
  }
}

/** One number is written with and without gaps, and addresses in capitals or not; of a secret every character counts. */
function sameFor(kind: Kind, found: string): string {
  if (kind === 'secret') return found;
  if (kind === 'email' || kind === 'ip') return found.toLowerCase();
  return found.replace(/[^A-Za-z0-9+]/g, '').toUpperCase();
}
