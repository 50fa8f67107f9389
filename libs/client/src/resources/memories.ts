import {
  fromStore,
  MemoryListSchema,
  MemorySchema,
  RecallReplySchema,
  type JsonObject,
  type Memory,
  type RecalledMemory,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

/** Whose memories; what is left out does not narrow. The tenant is the key's. */
export interface MemoryScope {
  agent?: string | undefined;
  user?: string | undefined;
  thread?: string | undefined;
}

export class Memories {
  constructor(private readonly http: Http) {}

  async remember(text: string, options: { scope?: MemoryScope; tags?: string[] } = {}): Promise<Memory> {
    const body: JsonObject = { text, scope: scopeOf(options.scope), tags: options.tags ?? [] };
    return fromStore(MemorySchema, await this.http.json('POST', '/v1/memories', { body }));
  }

  /** The best first, each with its score and why. */
  async search(
    query: string,
    options: { scope?: MemoryScope; limit?: number | undefined } = {},
  ): Promise<RecalledMemory[]> {
    const body: JsonObject = {
      query,
      scope: scopeOf(options.scope),
      ...(options.limit ? { limit: options.limit } : {}),
    };
    return fromStore(RecallReplySchema, await this.http.json('POST', '/v1/memories/search', { body, repeatable: true }))
      .memories;
  }

  async list(
    options: { scope?: MemoryScope; limit?: number | undefined; before?: string | undefined } = {},
  ): Promise<Memory[]> {
    const { scope, ...page } = options;
    return fromStore(MemoryListSchema, await this.http.json('GET', '/v1/memories', { query: { ...page, ...scope } }))
      .memories;
  }

  async forget(id: string): Promise<Memory> {
    return fromStore(MemorySchema, await this.http.json('DELETE', `/v1/memories/${encodeURIComponent(id)}`));
  }
}

function scopeOf(scope: MemoryScope = {}): JsonObject {
  return Object.fromEntries(
    Object.entries(scope).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
