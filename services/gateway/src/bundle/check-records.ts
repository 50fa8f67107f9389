import {
  SwitchyardError,
  type BundleKind,
  type BundleRecord,
  type JsonObject,
  type JsonValue,
} from '@switchyard/contracts';

/** Findings that an error names; there may be millions. */
const MAX_NAMED = 5;

/**
 * Checks what the records of a bundle say of each other, one after the other: that their kinds are known, that they stand
 * in their order, which is how a second record with the same key is found without keeping all keys, and that what they name
 * is there. Keeps the keys of kinds that others name, and the last key of each kind.
 */
export class RecordChecks {
  readonly #kinds: ReadonlyMap<string, BundleKind>;
  readonly #named: ReadonlySet<string>;
  readonly #keys = new Map<string, Set<string>>();
  readonly #last = new Map<string, JsonValue[]>();
  /** Kind and key of what was named and has not come yet. */
  readonly #missing = new Map<string, string>();

  constructor(kinds: readonly BundleKind[]) {
    this.#kinds = new Map(kinds.map((kind) => [kind.kind, kind]));
    this.#named = new Set(kinds.flatMap(({ links }) => links.map((link) => link.kind)));
  }

  /** @throws SwitchyardError `bundle.unknown_kind`, `bundle.invalid` */
  add({ kind: name, text, line }: BundleRecord): void {
    const kind = this.#kinds.get(name);
    if (!kind) throw unknownKind(name, line);
    const data = dataOf(text, line);
    const key = kind.key.map((field) => data[field] ?? null);
    if (key.includes(null)) throw invalid(`line ${line}: its ${kind.key[key.indexOf(null)] ?? ''} is missing`);
    this.#checkOrder(name, key, line);
    if (kind.along !== '') this.#checkBeside(kind, key, line);
    if (this.#named.has(name)) this.#keep(name, key);
    for (const link of kind.links)
      this.#follow(
        link.kind,
        link.by.map((field) => data[field] ?? null),
        line,
      );
  }

  /** After the last record. @throws SwitchyardError `bundle.invalid` where something is named that is nowhere */
  end(without: readonly string[]): void {
    const missing = [...this.#missing].filter(([, place]) => !without.includes(place.split(' ')[0] ?? ''));
    if (missing.length === 0) return;
    const named = missing
      .slice(0, MAX_NAMED)
      .map(([what, place]) => `${what} (${place.slice(place.indexOf(' ') + 1)})`);
    const more = missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : '';
    throw invalid(`it names what is not in it: ${named.join('; ')}${more}`);
  }

  #checkOrder(kind: string, key: JsonValue[], line: number): void {
    const before = this.#last.get(kind);
    this.#last.set(kind, key);
    if (!before || compareKeys(before, key) < 0) return;
    const twice = compareKeys(before, key) === 0;
    throw invalid(
      twice
        ? `line ${line}: there is a second ${kind} ${key.join(' ')}`
        : `line ${line}: the ${kind} ${key.join(' ')} stands behind ${before.join(' ')}; it is out of order, or there twice`,
    );
  }

  /** Of what comes with another record, the first part of the key is the other one's. */
  #checkBeside({ kind, along }: BundleKind, key: JsonValue[], line: number): void {
    const leader = this.#last.get(along) ?? [];
    if (leader.length > 0 && leader.every((part, index) => part === key[index])) return;
    throw invalid(`line ${line}: the ${kind} ${key.join(' ')} does not stand behind its ${along}`);
  }

  #keep(kind: string, key: JsonValue[]): void {
    const text = JSON.stringify(key);
    const keys = this.#keys.get(kind) ?? new Set();
    this.#keys.set(kind, keys.add(text));
    this.#missing.delete(`${kind} ${text}`);
  }

  #follow(kind: string, key: JsonValue[], line: number): void {
    if (key.every((part) => part === null || part === '')) return;
    const text = JSON.stringify(key);
    if (this.#keys.get(kind)?.has(text)) return;
    const part = this.#kinds.get(kind)?.part ?? '';
    if (!this.#missing.has(`${kind} ${text}`)) this.#missing.set(`${kind} ${text}`, `${part} line ${line}`);
  }
}

/** By numbers, else by the bytes of their text. */
function compareKeys(a: readonly JsonValue[], b: readonly JsonValue[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? null;
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
    if (order !== 0) return order;
  }
  return 0;
}

function dataOf(text: string, line: number): JsonObject {
  try {
    const { data } = JSON.parse(text) as { data?: JsonValue };
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
  } catch (cause) {
    throw invalid(`line ${line} is no JSON`, cause);
  }
  throw invalid(`line ${line} has no data`);
}

function unknownKind(kind: string, line: number): SwitchyardError {
  return new SwitchyardError(
    'bundle.unknown_kind',
    `Line ${line} of the bundle is of kind "${kind.slice(0, 64)}", of which nobody here knows. A newer platform wrote it: bring this one up to date, then import it again.`,
    { details: { kind: kind.slice(0, 64), line } },
  );
}

function invalid(why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'bundle.invalid',
    `This bundle cannot be imported: ${why}. Nothing of it was stored.`,
    cause === undefined ? {} : { cause },
  );
}
