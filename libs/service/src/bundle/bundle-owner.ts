import {
  addressOfCanonical,
  EvaluatorService,
  RouterService,
  timestampFromDate,
  ToolHostService,
  type BundleKind,
  type BundlePage,
  type ImportBundleReply,
  type ImportBundleRequestSchema,
  type MessageInitShape,
} from '@switchyard/contracts';
import { endOfPart, type RpcClient } from '@switchyard/bus';
import type { RecordScope } from '@switchyard/persistence';

/** Who has records, in the order in which they rest on each other. A service that gets some is added here. */
export const BUNDLE_SERVICES = [ToolHostService, RouterService, EvaluatorService] as const;

/** One page takes as long as the database does; the first one of a large table may have to be counted. */
const TIMEOUT_MS = 120_000;

/** One service that has records, as the gateway asks it: the other side of `BundleRecords`. */
export class BundleOwner {
  constructor(
    private readonly rpc: RpcClient,
    private readonly service: (typeof BUNDLE_SERVICES)[number],
  ) {}

  async kinds({ tenant, since }: RecordScope): Promise<BundleKind[]> {
    const query = { tenant, ...(since && { since: timestampFromDate(since) }) };
    return (await this.rpc.call(this.service.method.bundleKinds, query, { timeoutMs: TIMEOUT_MS })).kinds;
  }

  /** All lines of a kind, a page at a time, whole. */
  async *lines(kind: string, { tenant, since }: RecordScope): AsyncGenerator<string> {
    const ask = (after: string, offset = 0): Promise<BundlePage> => {
      const query = { tenant, kind, after, offset, ...(since && { since: timestampFromDate(since) }) };
      return this.rpc.call(this.service.method.exportBundle, query, { timeoutMs: TIMEOUT_MS });
    };
    for (let after = ''; ;) {
      let page = await ask(after);
      yield* page.lines;
      if (page.part !== '') {
        const parts = [page.part];
        for (; page.nextOffset > 0; parts.push(page.part)) page = await ask(after, page.nextOffset);
        yield parts.join('');
      }
      if (page.next === '') return;
      after = page.next;
    }
  }

  /** Lines that fit into one message together, or a single one that may be longer than a message. All or nothing. */
  async import(tenant: string, lines: readonly string[], check: boolean): Promise<ImportBundleReply> {
    const [line] = lines;
    if (lines.length !== 1 || line === undefined || endOfPart(line, 0) === line.length)
      return this.#import({ tenant, lines: [...lines], check });
    const hash = addressOfCanonical(line);
    for (let from = 0, number = 0; ; number += 1) {
      const end = endOfPart(line, from);
      const last = end === line.length;
      const reply = await this.#import({ tenant, check, part: { hash, number, text: line.slice(from, end), last } });
      if (last) return reply;
      from = end;
    }
  }

  #import(request: MessageInitShape<typeof ImportBundleRequestSchema>): Promise<ImportBundleReply> {
    return this.rpc.call(this.service.method.importBundle, request, { timeoutMs: TIMEOUT_MS });
  }
}
