import { Injectable } from '@nestjs/common';
import type { ToolDefinition } from '@switchyard/contracts';
import { ToolSearch } from '@switchyard/models';

/** Indexes kept at once: one a set of tools, some megabytes where it has a thousand. */
const MAX_KEPT = 16;

/** Indexes of agents' tools, made once for the same tools: what a tool says of itself has a fingerprint. */
@Injectable()
export class ToolSearches {
  readonly #kept = new Map<string, ToolSearch>();

  of(tools: readonly ToolDefinition[]): ToolSearch {
    const key = JSON.stringify(tools.map(({ name, fingerprint, tags }) => [name, fingerprint, ...tags]));
    const search = this.#kept.get(key) ?? new ToolSearch(tools);
    // The most recently used stand last.
    this.#kept.delete(key);
    this.#kept.set(key, search);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return search;
  }
}
