import { Inject, Injectable } from '@nestjs/common';
import type { ListMemoriesQuery, Memory } from '@switchyard/contracts';
import { checkName, checkNames, checkScope } from './check-request.js';
import { MemoryRepository } from './persistence/memory.repository.js';
import { toMemory } from './persistence/memory-row.js';
import { thatFit } from './reply-size.js';

const MESSAGE = 'ListMemoriesQuery';
const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;
const KINDS = ['episode', 'fact', 'summary'];
const STATES = ['current', 'superseded', 'retracted'];

/** For people: what is stored. */
@Injectable()
export class CatalogueService {
  constructor(@Inject(MemoryRepository) private readonly memories: MemoryRepository) {}

  /** Newest first. The next page begins `before` the last id of this one; an empty page is the end. */
  async list(query: ListMemoriesQuery): Promise<Memory[]> {
    const rows = await this.memories.list({
      scope: checkScope(query.scope, MESSAGE),
      limit: Math.min(query.limit || DEFAULT_PAGE, MAX_PAGE),
      before: checkName(query.before, MESSAGE, 'before'),
      kinds: checkNames(query.kinds, KINDS, MESSAGE, 'kinds'),
      states: query.states.length === 0 ? STATES.slice(0, 2) : checkNames(query.states, STATES, MESSAGE, 'states'),
    });
    return thatFit(rows).map(toMemory);
  }
}
