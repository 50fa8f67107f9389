import { Inject, Injectable } from '@nestjs/common';
import type { MessageInitShape, RecallReplySchema, RecallRequest } from '@switchyard/contracts';
import { metrics, SWITCHYARD, withSpan } from '@switchyard/telemetry';
import { DataSource, type EntityManager } from 'typeorm';
import { readAsk, type Ask } from '../ask.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { toMemory, type MemoryRow } from '../persistence/memory-row.js';
import { RecallRepository, type VisibleScope } from '../persistence/recall.repository.js';
import { collapse } from '../ranking/near-duplicates.js';
import { inOrder } from '../ranking/order.js';
import { MAX_BONUS, recencyFactor } from '../ranking/recency.js';
import { tokensOf, withinBudget } from '../ranking/tokens.js';
import { updatesAmong } from '../ranking/updates.js';
import { thatFit } from '../reply-size.js';
import { MAX_CANDIDATES, putInOrder } from '../reranking/put-in-order.js';
import { RERANKER, type Reranker } from '../reranking/reranker.js';
import { SEMANTICS, type SemanticQuery, type Semantics } from '../semantics.js';
import type { Found, Hit } from './found.js';
import { SearchService } from './search.service.js';

type Reply = MessageInitShape<typeof RecallReplySchema>;
type Recalled = NonNullable<Reply['memories']>[number];
/** Finds what bears on a query among what the asker may see, and says why. */
@Injectable()
export class RecallService {
  private readonly duration = metrics.histogram('switchyard_memory_recall_seconds', 'Time that a recall takes.', [
    'kind',
  ]);

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RecallRepository) private readonly recalls: RecallRepository,
    @Inject(SearchService) private readonly searches: SearchService,
    @Inject(SEMANTICS) private readonly semantics: Semantics,
    @Inject(RERANKER) private readonly reranker: Reranker,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * Visible is a memory of which every part of the scope that is set is the asker's; a narrow request looks at all that has
   * the parts that it names. A query without a word to search for gives the newest; a query that matches nothing gives
   * nothing. Where vectors cannot be had, words alone decide, and where no agent puts what was found into order as it was asked
   * to, scores do; the reply says so.
   *
   * @throws SwitchyardError `contract.invalid`, `database.unavailable` (retryable)
   */
  async recall(request: RecallRequest): Promise<Reply> {
    const ask = readAsk(request);
    const kind = ask.terms.length === 0 ? 'recent' : 'search';
    const stop = this.duration.startTimer({ kind });
    return withSpan(
      'recall',
      { attributes: { [SWITCHYARD.tenant]: ask.scope.tenant, 'switchyard.memory.recall': kind } },
      async (span) => {
        const semantic = kind === 'search' ? this.semantics.read(ask.subject) : undefined;
        const found = await asTenant(this.dataSource, ask.scope.tenant, (manager) => this.find(manager, ask, semantic));
        const { memories, without } = Array.isArray(found)
          ? { memories: found, without: '' }
          : await this.giveInOrder(found, ask);
        span.setAttribute('switchyard.memory.hits', memories.length);
        stop();
        const tokens = memories.reduce((sum, { memory }) => sum + tokensOf(memory?.text ?? ''), 0);
        const degraded = [semantic?.without ?? '', without].filter((why) => why !== '').join(' ');
        return { memories, degraded, tokens };
      },
    );
  }

  /**
   * The same within a transaction as the tenant, with what that has written and nobody else sees yet; in the order of scores.
   *
   * @param semantics what is near in meaning, where it is not what is stored
   */
  async recallWithin(
    manager: EntityManager,
    request: RecallRequest,
    semantics: Semantics = this.semantics,
  ): Promise<Recalled[]> {
    const ask = { ...readAsk(request), rerank: '' };
    const found = await this.find(manager, ask, ask.terms.length === 0 ? undefined : semantics.read(ask.subject));
    return Array.isArray(found) ? found : this.give(manager, found, ask);
  }

  /** Undecided where an agent is to put it into order. */
  private async find(
    manager: EntityManager,
    ask: Ask,
    semantic: SemanticQuery | undefined,
  ): Promise<Found | Recalled[]> {
    const scopes = await this.recalls.scopes(manager, ask);
    if (scopes.length === 0) return [];
    if (ask.terms.length === 0) return this.recent(manager, scopes, ask);
    const found = await this.searches.search(manager, scopes, ask, semantic);
    return ask.rerank === '' || found.hits.length < 2 ? this.give(manager, found, ask) : found;
  }

  /** The chosen of what was found; their run is known to have been given them. */
  private async give(manager: EntityManager, { hits, explained }: Found, ask: Ask): Promise<Recalled[]> {
    const chosen = choose(hits, ask);
    await this.recalls.show(
      manager,
      ask.scope.tenant,
      ask.runId,
      chosen.map(({ hit }) => hit.row),
      this.now(),
    );
    return chosen.map(({ hit, duplicates }) => {
      const { row, score, parts } = hit;
      return { memory: toMemory(row), score, why: explained(hit, duplicates), parts, duplicates };
    });
  }

  /** No transaction is held while an agent thinks: what was withdrawn or erased meanwhile is left out. */
  private async giveInOrder(found: Found, ask: Ask): Promise<{ memories: Recalled[]; without: string }> {
    const { tenant } = ask.scope;
    const best = found.hits.slice(0, MAX_CANDIDATES);
    const reranked = await this.reranker.order({ tenant, agent: ask.rerank, query: ask.query }, best);
    const hits = 'order' in reranked ? putInOrder(found.hits, reranked.order, ask.rerank) : found.hits;
    return asTenant(this.dataSource, tenant, async (manager) => {
      const docs = hits.map(({ row }) => row.doc);
      const there = new Set(
        (await this.recalls.candidates(manager, docs, ask.filter, this.now())).map(({ doc }) => doc),
      );
      const left = hits.filter(({ row }) => there.has(row.doc));
      const memories = await this.give(manager, { ...found, hits: left }, ask);
      return { memories, without: 'without' in reranked ? reranked.without : '' };
    });
  }

  private async recent(manager: EntityManager, scopes: readonly VisibleScope[], ask: Ask): Promise<Recalled[]> {
    const now = this.now();
    const rows = thatFit(withinBudget(await this.recalls.recent(manager, scopes, ask, now), ask.budget));
    await this.recalls.show(manager, ask.scope.tenant, ask.runId, rows, now);
    return rows.map((row) => fresh(row, now));
  }
}

/** The best that say different things, what holds before what held, within the budget and the size of a reply. */
function choose(hits: readonly Hit[], ask: Ask): { hit: Hit; duplicates: string[] }[] {
  const said = hits.map(({ row, score }) => ({ ...row, score }));
  const ordered = inOrder(hits, updatesAmong(said, ask.terms));
  const distinct = collapse(ordered).slice(0, ask.limit);
  return thatFit(withinBudget(distinct, ask.budget)).map(({ duplicates, ...hit }) => ({ hit, duplicates }));
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
