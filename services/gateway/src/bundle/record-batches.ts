import type { BundleRecord } from '@switchyard/contracts';
import type { BundleOwner } from '@switchyard/service';
import type { OwnedKind } from './bundle-services.js';

/** Of one request to a service: what NATS carries as JSON in JSON, and what a statement takes well. */
const MAX_BATCH = { bytes: 400_000, lines: 1_000 };
/** Notes that a report has; there may be one for every record. */
const MAX_NOTES = 100;

export interface Imported {
  stored: number;
  same: number;
  kept: number;
  leftOut: number;
  notes: string[];
}

/** Sends records to their owners, as many at once as one message carries, in the order in which they come. */
export class RecordBatches {
  readonly #kinds: ReadonlyMap<string, OwnedKind>;
  readonly #sum: Imported = { stored: 0, same: 0, kept: 0, leftOut: 0, notes: [] };
  #owner: BundleOwner | undefined;
  #lines: string[] = [];
  #bytes = 0;

  /** @param options ofPlatform: what is one for all tenants is imported, too */
  constructor(
    kinds: readonly OwnedKind[],
    private readonly tenant: string,
    private readonly options: { check: boolean; ofPlatform: boolean },
  ) {
    this.#kinds = new Map(kinds.map((kind) => [kind.kind, kind]));
  }

  /** @throws SwitchyardError what the owner of the records before throws */
  async add({ kind: name, text }: BundleRecord): Promise<void> {
    const kind = this.#kinds.get(name);
    if (!kind || (kind.ofPlatform && !this.options.ofPlatform)) {
      this.#sum.leftOut += 1;
      return;
    }
    // A dry run keeps nothing that a later record could rest on.
    if (this.options.check && !kind.byItself) return;
    const bytes = Buffer.byteLength(JSON.stringify(text));
    const full = this.#bytes + bytes > MAX_BATCH.bytes || this.#lines.length >= MAX_BATCH.lines;
    if (this.#lines.length > 0 && (full || kind.owner !== this.#owner)) await this.#send();
    this.#owner = kind.owner;
    this.#lines.push(text);
    this.#bytes += bytes;
  }

  async end(): Promise<Imported> {
    if (this.#lines.length > 0) await this.#send();
    return this.#sum;
  }

  async #send(): Promise<void> {
    const lines = this.#lines;
    [this.#lines, this.#bytes] = [[], 0];
    const reply = await this.#owner?.import(this.tenant, lines, this.options.check);
    if (!reply) return;
    this.#sum.stored += reply.stored;
    this.#sum.same += reply.same;
    this.#sum.kept += reply.kept;
    this.#sum.notes.push(...reply.notes.slice(0, MAX_NOTES - this.#sum.notes.length));
  }
}
