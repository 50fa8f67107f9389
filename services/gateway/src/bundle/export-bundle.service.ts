import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { BUNDLE_FORMAT, BUNDLE_VERSION, BundleTally, trailerLine, type BundleHeader } from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { BundleServices, type OwnedKind } from './bundle-services.js';

export interface ExportOptions {
  tenant: string;
  since?: Date | undefined;
  /** Parts that are left out. */
  without: readonly string[];
}

/** Characters that are given on at once: a line at a time is a thousand times as many calls. */
const CHUNK = 65_536;

/** Writes the whole record of a tenant, one page of one service in memory at a time. */
@Injectable()
export class ExportBundle {
  constructor(
    @Inject(BundleServices) private readonly services: BundleServices,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** What has to be known before the first byte is sent: who does not answer is told as an error, and not by a broken file. */
  async begin(options: ExportOptions): Promise<AsyncGenerator<string>> {
    const { tenant, since, without } = options;
    const kinds = (await this.services.kinds({ tenant, since })).filter(({ part }) => !without.includes(part));
    const header: BundleHeader = {
      format: BUNDLE_FORMAT,
      version: BUNDLE_VERSION,
      created_at: new Date().toISOString(),
      platform_version: this.config.version,
      tenant,
      ...(since && { since: since.toISOString() }),
      without: [...without].sort(),
      counts: Object.fromEntries(kinds.map(({ kind, count }) => [kind, count])),
    };
    await mayLeave(kinds, options);
    return inChunks(linesOf(header, kinds, options));
  }
}

/** Tools may be refused for a secret in them: that is an answer, and no file that breaks off. */
async function mayLeave(kinds: readonly OwnedKind[], { tenant, since }: ExportOptions): Promise<void> {
  for (const { kind, owner, part } of kinds) {
    if (part !== 'tools') continue;
    const lines = owner.lines(kind, { tenant, since });
    while (!(await lines.next()).done);
  }
}

async function* linesOf(
  header: BundleHeader,
  kinds: readonly OwnedKind[],
  { tenant, since }: ExportOptions,
): AsyncGenerator<string> {
  const tally = new BundleTally();
  const first = `${JSON.stringify(header)}\n`;
  tally.add(first);
  yield first;
  for (const { kind, along, owner } of kinds) {
    if (along !== '') continue;
    for await (const text of owner.lines(kind, { tenant, since })) {
      const line = `${text}\n`;
      // What comes along with a kind says itself what it is.
      tally.add(line, /^\{"kind":"([a-z_]+)"/.exec(text)?.[1] ?? kind);
      yield line;
    }
  }
  yield `${trailerLine(tally.trailer())}\n`;
}

async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = '';
  for await (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
