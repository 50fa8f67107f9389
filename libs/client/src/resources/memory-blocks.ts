import { fromStore, MemoryBlockSchema, type MemoryBlock } from '@switchyard/contracts';
import type { Http } from '../http.js';
import { defined, scopeOf, type MemoryScope } from './memory-scope.js';

/** The working memory of threads: small texts that agents and people write over. */
export class MemoryBlocks {
  constructor(private readonly http: Http) {}

  /** Version 0 where there is none yet. */
  async get(scope: MemoryScope, label?: string): Promise<MemoryBlock> {
    const query = { ...scope, label };
    return fromStore(MemoryBlockSchema, await this.http.json('GET', '/v1/memories/blocks', { query }));
  }

  /** @param options version: the one that this replaces; absent: whichever it is */
  async put(
    scope: MemoryScope,
    text: string,
    options: { label?: string | undefined; version?: number | undefined } = {},
  ): Promise<MemoryBlock> {
    const body = defined({ scope: scopeOf(scope), text, label: options.label, version: options.version });
    return fromStore(MemoryBlockSchema, await this.http.json('POST', '/v1/memories/blocks', { body }));
  }
}
