import { Inject, Injectable } from '@nestjs/common';
import { timestampDate, type ListMemoriesQuery, type Memory } from '@switchyard/contracts';
import { checkName, checkNames, checkScope, invalidField } from './check-request.js';
import { MemoryRepository } from './persistence/memory.repository.js';
import { toMemory } from './persistence/memory-row.js';
import { thatFit } from './reply-size.js';
import { checkTags } from './write-limits.js';

const MESSAGE = 'ListMemoriesQuery';
const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;
const KINDS = ['episode', 'fact', 'summary'];
const STATES = ['current', 'superseded', 'retracted'];

/** For people: what is stored. */
@Injectable()
export class CatalogueService {
  constructor(@Inject(MemoryRepository) private readonly memories: MemoryRepository) {}

  /**
   * Newest first, or as they were said. The next page begins `before` the last id of this one; an empty page is the end.
   *
   * @throws SwitchyardError `contract.invalid`, `memory.not_found`
   */
  async list(query: ListMemoriesQuery): Promise<Memory[]> {
    const rows = await this.memories.list({
      scope: checkScope(query.scope, MESSAGE),
      limit: Math.min(query.limit || DEFAULT_PAGE, MAX_PAGE),
      before: checkName(query.before, MESSAGE, 'before'),
      kinds: checkNames(query.kinds, KINDS, MESSAGE, 'kinds'),
      states: query.states.length === 0 ? STATES.slice(0, 2) : checkNames(query.states, STATES, MESSAGE, 'states'),
      tags: checkTags(query.tags, MESSAGE),
      ...timesOf(query),
      runId: query.runId,
      conversation: checkName(query.conversation, MESSAGE, 'conversation'),
      asSaid: query.asSaid,
    });
    return thatFit(rows).map(toMemory);
  }
}

function timesOf(query: ListMemoriesQuery): { since: Date | undefined; until: Date | undefined } {
  const since = query.since && timestampDate(query.since);
  const until = query.until && timestampDate(query.until);
  if (since && until && since > until)
    throw invalidField(MESSAGE, 'since', 'is after until: nothing was said in that time');
  return { since, until };
}
