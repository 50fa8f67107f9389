import { Inject, Injectable } from '@nestjs/common';
import type { ForgetRequest, ListMemoriesQuery, Memory } from '@switchyard/contracts';
import { metrics } from '@switchyard/telemetry';
import { checkName, checkScope } from './check-request.js';
import { memoryNotFound } from './memory-error.js';
import { MemoryRepository } from './persistence/memory.repository.js';
import { toMemory } from './persistence/memory-row.js';
import { thatFit } from './reply-size.js';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;

/** For people: what is stored, and taking it out. */
@Injectable()
export class CatalogueService {
  private readonly forgotten = metrics.counter('switchyard_memory_forgotten_total', 'Memories that were forgotten.');

  constructor(@Inject(MemoryRepository) private readonly memories: MemoryRepository) {}

  /** Newest first. The next page begins `before` the last id of this one; an empty page is the end. */
  async list(query: ListMemoriesQuery): Promise<Memory[]> {
    const limit = Math.min(query.limit || DEFAULT_PAGE, MAX_PAGE);
    const scope = checkScope(query.scope, 'ListMemoriesQuery');
    const before = checkName(query.before, 'ListMemoriesQuery', 'before');
    const rows = await this.memories.list(scope, limit, before);
    return thatFit(rows).map(toMemory);
  }

  /** @throws SwitchyardError `memory.not_found` */
  async forget({ tenant, id }: ForgetRequest): Promise<Memory> {
    const row = await this.memories.forget(tenant, id);
    if (row === undefined) throw memoryNotFound(id);
    this.forgotten.inc();
    return toMemory(row);
  }
}
