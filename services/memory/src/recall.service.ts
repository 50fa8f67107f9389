import { Inject, Injectable } from '@nestjs/common';
import type { MessageInitShape, RecallReplySchema, RecallRequest } from '@switchyard/contracts';
import { metrics, SWITCHYARD, withSpan } from '@switchyard/telemetry';
import { checkScope } from './check-request.js';
import { NOW, type Now } from './now.js';
import { RecallRepository, type HitRow, type View } from './persistence/recall.repository.js';
import { toMemory, type MemoryRow } from './persistence/memory-row.js';
import { MAX_BONUS, recencyFactor } from './ranking/recency.js';
import { score } from './ranking/score.js';
import { thatFit } from './reply-size.js';
import { queryTerms } from './text/query-terms.js';

/** Where the request names none, and at most; as in the contract. */
const DEFAULT_LIMIT = 8;
const MAX_LIMIT = 50;

type Reply = MessageInitShape<typeof RecallReplySchema>;
type Recalled = NonNullable<Reply['memories']>[number];

/** Finds what bears on a query among what the asker may see, and says why. */
@Injectable()
export class RecallService {
  private readonly duration = metrics.histogram('switchyard_memory_recall_seconds', 'Time that a recall takes.', [
    'kind',
  ]);

  constructor(
    @Inject(RecallRepository) private readonly recalls: RecallRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * Visible is a memory of which every part of the scope that is set is the asker's; a narrow request looks at all that has
   * the parts that it names. A query without a word to search for
   * gives the newest; a query that matches nothing gives nothing.
   */
  async recall(request: RecallRequest): Promise<Reply> {
    const scope = checkScope(request.scope, 'RecallRequest');
    const view = { scope, narrow: request.narrow };
    const limit = Math.min(request.limit || DEFAULT_LIMIT, MAX_LIMIT);
    const terms = queryTerms(request.query);
    const kind = terms.length === 0 ? 'recent' : 'search';
    const stop = this.duration.startTimer({ kind });
    return withSpan(
      'recall',
      { attributes: { [SWITCHYARD.tenant]: scope.tenant, 'switchyard.memory.recall': kind } },
      async (span) => {
        const memories = kind === 'recent' ? await this.recent(view, limit) : await this.search(view, terms, limit);
        span.setAttribute('switchyard.memory.hits', memories.length);
        stop();
        return { memories };
      },
    );
  }

  private async search(view: View, terms: string[], limit: number): Promise<Recalled[]> {
    const now = this.now();
    const rows = await this.recalls.search(view, terms, limit, now);
    return thatFit(rows).map((row) => explained(row, now));
  }

  private async recent(view: View, limit: number): Promise<Recalled[]> {
    const now = this.now();
    const rows = await this.recalls.recent(view, limit);
    return thatFit(rows).map((row) => fresh(row, now));
  }
}

function explained(row: HitRow, now: Date): Recalled {
  const terms = row.matched.map(({ term, frequency, document_frequency }) => ({
    term,
    frequency,
    documentFrequency: document_frequency,
  }));
  const match = { terms, length: row.length, ageMs: now.getTime() - row.last_at.getTime() };
  const { why } = score(match, { texts: row.texts, terms: row.terms });
  return { memory: toMemory(row), score: row.score, why };
}

/** Without a search the score is how fresh the memory is, from 0 to 1. */
function fresh(row: MemoryRow, now: Date): Recalled {
  const ageMs = now.getTime() - row.last_at.getTime();
  return {
    memory: toMemory(row),
    score: (recencyFactor(ageMs) - 1) / MAX_BONUS,
    why: `nothing to search for in the query: among the newest, last said ${row.last_at.toISOString()}`,
  };
}
