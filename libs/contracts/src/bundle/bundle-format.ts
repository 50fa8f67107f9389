import { createHash, type Hash } from 'node:crypto';

/** What a bundle's first line says it is. */
export const BUNDLE_FORMAT = 'switchyard-bundle';
/** To be raised with every change that an older reader would misunderstand. A new kind of record is none. */
export const BUNDLE_VERSION = 1;
/** What the last line is. */
export const BUNDLE_END = 'end';
/** Characters of one line at most: what holds more is no record. */
export const MAX_BUNDLE_LINE = 64 * 1_048_576;

/** The first line. */
export interface BundleHeader {
  format: typeof BUNDLE_FORMAT;
  version: number;
  /** ISO 8601. Nothing else differs between two exports of the same record. */
  created_at: string;
  platform_version: string;
  tenant: string;
  /** ISO 8601: of what has a time, what began since. Absent: all. */
  since?: string;
  /** Parts that were left out. */
  without: string[];
  /** Records by kind when the export began; the last line has those that stand in the bundle. */
  counts: Record<string, number>;
}

/** What the last line has in `data`. */
export interface BundleTrailer {
  records: number;
  counts: Record<string, number>;
  /** Hexadecimal, over all lines before with their line breaks. */
  sha256: string;
}

/** Counts and sums up the lines of a bundle, for whoever writes one and for whoever reads one. */
export class BundleTally {
  readonly counts: Record<string, number> = {};
  readonly #hash: Hash = createHash('sha256');
  #records = 0;

  /** A line with its line break. @param kind of a record; absent: the header */
  add(line: string | Uint8Array, kind?: string): void {
    this.#hash.update(line);
    if (kind === undefined) return;
    this.#records += 1;
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }

  /** Once, after all lines. */
  trailer(): BundleTrailer {
    return { records: this.#records, counts: this.counts, sha256: this.#hash.digest('hex') };
  }
}

/** The last line, without its line break. */
export function trailerLine(trailer: BundleTrailer): string {
  return JSON.stringify({ kind: BUNDLE_END, data: trailer });
}

/** The kind of a record's line as every exporter writes it; undefined where somebody wrote it otherwise. */
export function kindOfLine(line: string): string | undefined {
  return /^\{"kind":"([a-z_]{1,64})","data":\{/.exec(line)?.[1];
}
