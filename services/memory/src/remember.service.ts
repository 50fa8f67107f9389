import { Inject, Injectable } from '@nestjs/common';
import { newId, type Memory, type RememberRequest } from '@switchyard/contracts';
import { metrics, SWITCHYARD, withSpan } from '@switchyard/telemetry';
import { checkProvenance, checkScope, invalidField } from './check-request.js';
import { memoryForgotten } from './memory-error.js';
import { NOW, type Now } from './now.js';
import { MemoryRepository } from './persistence/memory.repository.js';
import { toMemory } from './persistence/memory-row.js';
import { cleanText } from './text/clean-text.js';
import { statementKey } from './text/statement-key.js';
import { countTerms, tokenise } from './text/tokenise.js';

const MESSAGE = 'RememberRequest';
const MAX_TAGS = 32;
const MAX_TAG_LENGTH = 64;

/** Stores what is said, or counts what has been said before. */
@Injectable()
export class RememberService {
  private readonly saves = metrics.counter(
    'switchyard_memory_saves_total',
    'Statements that came to be remembered, by what became of them.',
    ['outcome'],
  );

  constructor(
    @Inject(MemoryRepository) private readonly memories: MemoryRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * The next recall finds it, on any replica: the index is written by the same transaction.
   *
   * @throws SwitchyardError `contract.invalid` (no readable text, too many or too long tags), `memory.not_found` (the same
   *   call saved it before, and it was forgotten since), `database.unavailable` (retryable)
   */
  async remember(request: RememberRequest): Promise<Memory> {
    const scope = checkScope(request.scope, MESSAGE);
    const text = cleanText(request.text);
    if (text === '') throw invalidField(MESSAGE, 'text', 'has no readable characters');
    const tags = checkTags(request.tags);
    const provenance = checkProvenance(request.provenance, MESSAGE);
    const at = this.now();
    return withSpan('remember', { attributes: { [SWITCHYARD.tenant]: scope.tenant } }, async (span) => {
      const { outcome, row } = await this.memories.save({
        id: newId('mem', at.getTime()),
        scope,
        text,
        statementKey: statementKey(text),
        terms: countTerms(tokenise(text)),
        tags,
        provenance,
        at,
      });
      this.saves.inc({ outcome });
      span.setAttribute('switchyard.memory.outcome', outcome);
      if (outcome === 'forgotten') throw memoryForgotten(provenance.callId);
      return toMemory(row);
    });
  }
}

function checkTags(tags: readonly string[]): string[] {
  const clean = [...new Set(tags.map(cleanText))].filter((tag) => tag !== '').sort();
  if (clean.length > MAX_TAGS)
    throw invalidField(MESSAGE, 'tags', `has ${clean.length} tags; at most ${MAX_TAGS} are kept`);
  const long = clean.find((tag) => tag.length > MAX_TAG_LENGTH);
  if (long !== undefined) throw invalidField(MESSAGE, 'tags', `has a tag longer than ${MAX_TAG_LENGTH} characters`);
  return clean;
}
