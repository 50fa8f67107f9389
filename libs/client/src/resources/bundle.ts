import { Readable } from 'node:stream';
import { BundleReportSchema, fromStore, SwitchyardError, type BundleReport } from '@switchyard/contracts';
import type { Http } from '../http.js';

/** agents, tools, runs, evidence: what can be left out of a bundle. */
export type BundlePartName = 'agents' | 'tools' | 'runs' | 'evidence';

export interface BundleExportOptions {
  /** Of what has a time, what began since. */
  since?: Date | undefined;
  without?: readonly BundlePartName[];
  signal?: AbortSignal;
}

export interface BundleImportOptions {
  /** Reads and checks it, and stores nothing. */
  check?: boolean;
  /** Into a system that has records. */
  merge?: boolean;
  signal?: AbortSignal;
}

const BROKEN_OFF =
  'The export broke off: the gateway went away, or a service that has records did. Its log says why. Export again.';

/** The whole record out and in, as one file. */
export class Bundles {
  constructor(private readonly http: Http) {}

  /**
   * The bundle as it comes. One that breaks off has no last line: `readBundle` of the contracts notices.
   *
   * @throws SwitchyardError `bundle.secret`, `rpc.unavailable` where a service that has records does not answer
   */
  async *export({ since, without = [], signal }: BundleExportOptions = {}): AsyncGenerator<Uint8Array> {
    const query = { since: since?.toISOString(), without };
    const { body } = await this.http.open('/v1/bundle', { query, signal, headers: { accept: 'application/gzip' } });
    if (!body) throw new SwitchyardError('gateway.unexpected', 'The gateway answered without a body.');
    try {
      yield* body;
    } catch (cause) {
      throw new SwitchyardError('gateway.unreachable', BROKEN_OFF, { retryable: true, cause });
    }
  }

  /**
   * Sends a bundle as it is. The same again changes nothing.
   *
   * @throws SwitchyardError `bundle.…` as docs/bundle.md lists them
   */
  async import(file: AsyncIterable<Uint8Array>, options: BundleImportOptions = {}): Promise<BundleReport> {
    const { check = false, merge = false, signal } = options;
    const query = { check: check ? 'true' : undefined, merge: merge ? 'true' : undefined };
    const stream = Readable.toWeb(Readable.from(file));
    return fromStore(BundleReportSchema, await this.http.upload('/v1/bundle', stream, { query, signal }));
  }
}
