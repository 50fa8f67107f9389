/** Bytes of a text in one reply: with the rest of it below half of the megabyte that NATS carries by default. */
const MAX_PART_BYTES = 400_000;
/** Texts that are kept from one part to the next: how many, and how many characters of them together. */
const MAX_KEPT = 64;
const MAX_KEPT_CHARACTERS = 64 * 1_024 * 1_024;

/** A part of a text that is too large for one reply. */
export interface TextPart {
  text: string;
  /** Where the rest begins, in UTF-16 units; 0 where this is the last part. */
  nextOffset: number;
  /** Of the whole, in UTF-8. */
  bytes: number;
}

interface KeptText {
  text: string;
  bytes: number;
}

/**
 * Where a part of a text ends that fits into one reply: never within a character, and after at least one.
 *
 * @param maximum of bytes, as a JSON string in UTF-8
 */
export function endOfPart(text: string, from: number, maximum = MAX_PART_BYTES): number {
  let end = Math.min(text.length, from + maximum);
  for (;;) {
    const bytes = Buffer.byteLength(JSON.stringify(text.slice(from, end)));
    if (bytes <= maximum || end - from <= 2) break;
    // Of text that takes about the same everywhere, this is the last round.
    end = from + Math.max(2, Math.floor(((end - from) * maximum) / bytes) - 1);
  }
  // A code point above 0xffff is two units.
  const torn = end < text.length && end - from > 1 && (text.codePointAt(end - 1) ?? 0) > 0xffff;
  return torn ? end - 1 : end;
}

/**
 * Gives large texts in parts. A text is read when its first part is asked for, and kept for the next ones, so that it is
 * not read as often as it has parts; what was read and never asked for to its end goes when others need its place. The text
 * of a key must not change.
 */
export class TextParts {
  readonly #kept = new Map<string, KeptText>();
  #characters = 0;

  /** @param read gives a text by its key, or undefined where there is none */
  constructor(private readonly read: (key: string) => Promise<string | undefined>) {}

  /** Undefined where there is no such text. */
  async part(key: string, offset: number): Promise<TextPart | undefined> {
    // A first part tells what there is now: a text that was removed is not given from memory.
    const kept = offset > 0 ? this.#kept.get(key) : undefined;
    const whole = kept ?? (await this.#read(key));
    if (!whole) return undefined;
    const { text, bytes } = whole;
    const end = endOfPart(text, offset);
    const isLast = end >= text.length;
    this.#forget(key);
    if (!isLast) this.#keep(key, whole);
    return { text: text.slice(offset, end), nextOffset: isLast ? 0 : end, bytes };
  }

  async #read(key: string): Promise<KeptText | undefined> {
    const text = await this.read(key);
    return text === undefined ? undefined : { text, bytes: Buffer.byteLength(text) };
  }

  #keep(key: string, kept: KeptText): void {
    this.#kept.set(key, kept);
    this.#characters += kept.text.length;
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT && this.#characters <= MAX_KEPT_CHARACTERS) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#characters -= this.#kept.get(key)?.text.length ?? 0;
    this.#kept.delete(key);
  }
}

/** The whole of a text that is given in parts. */
export async function joinParts(ask: (offset: number) => Promise<Omit<TextPart, 'bytes'>>): Promise<string> {
  const parts: string[] = [];
  for (let offset = 0; ;) {
    const { text, nextOffset } = await ask(offset);
    parts.push(text);
    // A reply that leads nowhere further must not be asked for again and again.
    if (nextOffset <= offset) return parts.join('');
    offset = nextOffset;
  }
}
