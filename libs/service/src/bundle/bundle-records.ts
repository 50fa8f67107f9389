import {
  SwitchyardError,
  timestampDate,
  type BundleKindListSchema,
  type BundleKindsQuery,
  type BundlePageQuery,
  type BundlePageSchema,
  type ImportBundleReplySchema,
  type ImportBundleRequest,
  type JsonObject,
  type MessageInitShape,
} from '@switchyard/contracts';
import { TextParts, thatFit } from '@switchyard/bus';
import {
  inTransaction,
  invalidRecord,
  joinLine,
  sql,
  type GivenRecord,
  type RecordKind,
  type RecordLine,
  type RecordScope,
  type Stored,
} from '@switchyard/persistence';
import type { DataSource, EntityManager } from 'typeorm';

/** Bytes of a line, as a JSON string in JSON, that one reply carries; as of `thatFit`. */
const MAX_LINE_BYTES = 400_000;

/** What only a dry run throws, to take back what it tried. */
class DryRun extends Error {
  constructor(readonly found: Stored) {
    super('A dry run stores nothing');
  }
}

/** Gives out and takes in the records of one service, by the kinds that it lists: what is behind its three RPCs. */
export class BundleRecords {
  readonly #long: TextParts;
  readonly #byName: ReadonlyMap<string, RecordKind>;

  /** @param schema where the service has its table `bundle_parts` */
  constructor(
    private readonly dataSource: DataSource,
    private readonly schema: string,
    private readonly listed: readonly RecordKind[],
  ) {
    this.#byName = new Map(listed.map((kind) => [kind.kind, kind]));
    this.#long = new TextParts(async (key) => {
      const { kind, scope, after } = JSON.parse(key) as { kind: string; scope: JsonScope; after: string };
      return (await this.#lines(kind, scopeOf(scope), after))[0]?.text;
    });
  }

  /** In the order in which they rest on each other. */
  async kinds({ tenant, since }: BundleKindsQuery): Promise<MessageInitShape<typeof BundleKindListSchema>> {
    const scope = { tenant, since: since && timestampDate(since) };
    return this.#reading(async (manager) => {
      const kinds = [];
      for (const kind of this.listed) {
        const { kind: name, part, ofPlatform, key, along = '', links, byItself } = kind;
        const count = await kind.count(manager, scope);
        kinds.push({
          ...{ kind: name, part, ofPlatform, along, count, byItself, key: [...key] },
          links: links.map((link) => ({ kind: link.kind, by: [...link.by] })),
        });
      }
      return { kinds };
    });
  }

  /** @throws SwitchyardError `bundle.unknown_kind`, `contract.invalid` */
  async page(query: BundlePageQuery): Promise<MessageInitShape<typeof BundlePageSchema>> {
    const { tenant, kind, after, offset, since } = query;
    const scope = { tenant, since: since && timestampDate(since) };
    if (offset > 0) return this.#part(kind, scope, after, offset);
    const lines = await this.#lines(kind, scope, after);
    const [first] = lines;
    if (!first) return { lines: [], next: '' };
    if (sizeOf(first) > MAX_LINE_BYTES) return this.#part(kind, scope, after, 0);
    const fitting = thatFit(lines, sizeOf, MAX_LINE_BYTES);
    return { lines: fitting.map(({ text }) => text), next: fitting.at(-1)?.after ?? '' };
  }

  /** All of it or nothing. @throws SwitchyardError `bundle.conflict`, `bundle.invalid`, `bundle.unknown_kind` */
  async import(request: ImportBundleRequest): Promise<MessageInitShape<typeof ImportBundleReplySchema>> {
    const { tenant, lines, part, check } = request;
    try {
      return await inTransaction(this.dataSource, async (manager) => {
        await inUtc(manager);
        const whole = part && (await joinLine(manager, this.schema, tenant, part));
        const found = await this.#store(manager, tenant, part ? [whole ?? []].flat() : lines);
        // Parts are kept for a dry run too, or the line would never be whole; they go with its last one.
        if (check && (!part || part.last)) throw new DryRun(found);
        return found;
      });
    } catch (error) {
      if (error instanceof DryRun) return error.found;
      throw error;
    }
  }

  async #store(manager: EntityManager, tenant: string, lines: readonly string[]): Promise<Stored> {
    const sum: Stored = { stored: 0, same: 0, kept: 0, notes: [] };
    const records = lines.map(readLine);
    for (const { kind } of records) this.#kind(kind);
    for (const kind of this.listed) {
      const own = records.filter((record) => record.kind === kind.kind);
      if (own.length === 0) continue;
      const { stored, same, kept, notes } = await kind.store(manager, tenant, own);
      sum.stored += stored;
      sum.same += same;
      sum.kept += kept;
      sum.notes.push(...notes);
    }
    return sum;
  }

  async #part(kind: string, scope: RecordScope, after: string, offset: number) {
    const key = JSON.stringify({ kind, scope, after });
    const part = await this.#long.part(key, offset);
    if (!part) return { lines: [], next: '' };
    if (part.nextOffset > 0) return { part: part.text, nextOffset: part.nextOffset };
    const [line] = await this.#lines(kind, scope, after);
    return { part: part.text, nextOffset: 0, next: line?.after ?? '' };
  }

  #lines(kind: string, scope: RecordScope, after: string): Promise<RecordLine[]> {
    return this.#reading((manager) => this.#kind(kind).page(manager, scope, after));
  }

  /** One state of the tables, however many statements it takes. */
  #reading<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return inTransaction(this.dataSource, async (manager) => {
      await sql(manager, 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await inUtc(manager);
      return work(manager);
    });
  }

  #kind(name: string): RecordKind {
    const kind = this.#byName.get(name);
    if (kind) return kind;
    throw new SwitchyardError(
      'bundle.unknown_kind',
      `There are no records of kind "${name.slice(0, 64)}" here. A newer platform may have written the bundle: bring this one up to date, then import it again.`,
      { details: { kind: name.slice(0, 64) } },
    );
  }
}

/** A scope as it stands in a key. */
interface JsonScope {
  tenant: string;
  since?: string;
}

function scopeOf({ tenant, since }: JsonScope): RecordScope {
  return since === undefined ? { tenant } : { tenant, since: new Date(since) };
}

function sizeOf({ text }: RecordLine): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** Times are written alike, wherever the server stands. */
async function inUtc(manager: EntityManager): Promise<void> {
  await sql(manager, `SET LOCAL timezone = 'UTC'`);
}

/** @throws SwitchyardError `bundle.invalid` */
function readLine(text: string): GivenRecord {
  const line = parsed(text);
  const { kind, data } = line ?? {};
  if (typeof kind === 'string' && data !== null && typeof data === 'object' && !Array.isArray(data))
    return { kind, text, data };
  throw invalidRecord(typeof kind === 'string' ? kind : '(none)', 'it is no object with "kind" and "data"');
}

function parsed(text: string): JsonObject | undefined {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    // What is no JSON is no record either.
    return undefined;
  }
}
