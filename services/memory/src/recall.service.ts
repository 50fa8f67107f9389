import { Inject, Injectable } from '@nestjs/common';
import type { MessageInitShape, RecallReplySchema, RecallRequest } from '@switchyard/contracts';
import { metrics, SWITCHYARD, withSpan } from '@switchyard/telemetry';
import { DataSource, type EntityManager } from 'typeorm';
import { readAsk, type Ask } from './ask.js';
import { groupBy } from './group-by.js';
import { NOW, type Now } from './now.js';
import { asTenant } from './persistence/as-tenant.js';
import { toMemory, type MemoryRow } from './persistence/memory-row.js';
import {
  RecallRepository,
  type CandidateRow,
  type PostingRow,
  type VisibleScope,
} from './persistence/recall.repository.js';
import { termScore, type TermMatch } from './ranking/bm25.js';
import { explain } from './ranking/explain.js';
import { fuse, type Parts, type Scored } from './ranking/fuse.js';
import { collapse } from './ranking/near-duplicates.js';
import { inOrder } from './ranking/order.js';
import { MAX_BONUS, recencyFactor } from './ranking/recency.js';
import { tokensOf, withinBudget } from './ranking/tokens.js';
import { updatesAmong } from './ranking/updates.js';
import { WEIGHTS } from './ranking/weights.js';
import { thatFit } from './reply-size.js';
import { MAX_CANDIDATES, putInOrder, type Placement } from './reranking/put-in-order.js';
import { RERANKER, type Reranker } from './reranking/reranker.js';
import { queryOn } from './vectors/query.js';
import { SEMANTICS, type SemanticQuery, type Semantics } from './semantics.js';
import { stateAt } from './records/state-at.js';
import { TRUST } from './records/trust.js';
import { tokenise } from './text/tokenise.js';
import { timeNamedIn } from './text/time-named.js';

/** Of each arm so many more than are asked for are looked at, and so many at least. */
const CANDIDATES = { times: 4, least: 40 };
/** Of what is near so many times more where only some of it may be had. */
const FILTERED = 4;
/** Of the scored so many more than are asked for are read: some stand behind others, or do not fit. */
const READ = { times: 3, least: 60 };

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
        const semantic = kind === 'search' ? this.semantics.read(ask.query) : undefined;
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
    const found = await this.find(manager, ask, ask.terms.length === 0 ? undefined : semantics.read(ask.query));
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
    const found = await this.search(manager, scopes, ask, semantic);
    return ask.rerank === '' || found.hits.length < 2 ? this.give(manager, found, ask) : found;
  }

  private async search(
    manager: EntityManager,
    scopes: readonly VisibleScope[],
    ask: Ask,
    semantic: SemanticQuery | undefined,
  ): Promise<Found> {
    const now = this.now();
    const wanted = Math.max(CANDIDATES.least, CANDIDATES.times * ask.limit);
    const query = queryOn(manager);
    const lexical = await this.recalls.lexical(manager, scopes, ask.terms, wanted, ask.filter, now);
    const ids = scopes.map(({ id }) => id);
    const near = (await semantic?.nearest(query, ids, ask.filter ? wanted * FILTERED : wanted)) ?? [];
    const found = [...new Set([...lexical.best.map(({ doc }) => doc), ...near.map(({ doc }) => doc)])];
    const first = await this.recalls.candidates(manager, found, ask.filter, now);
    const known = new Set(first.map(({ doc }) => doc));
    const beside = [...new Set(first.flatMap(besides))].filter((doc) => !known.has(doc));
    const all = [...first, ...(await this.recalls.candidates(manager, beside, ask.filter, now))];
    const measure = new Measure(scopes, lexical.frequencies);
    measure.add(
      await this.recalls.postings(
        manager,
        all.map(({ doc }) => doc),
        ask.terms,
      ),
    );
    const cosines = await semantic?.cosines(
      query,
      all.map(({ doc }) => doc),
    );
    const time = timeNamedIn(ask.query, now);
    const named = speakersNamed(
      all.map(({ speaker }) => speaker),
      ask.terms,
    );
    const byDoc = new Map(all.map((row) => [row.doc, row]));
    const scored = fuse(
      all.map((row) => {
        const cosine = cosines?.get(row.doc);
        return {
          doc: row.doc,
          lexical: measure.scoreOf(row.doc, row.speaker === '' ? NOBODY : named),
          ...(cosine !== undefined && { cosine }),
          neighbours: besides(row),
          answers: answeredBy(row, byDoc),
          asks: row.asks,
          standing: row.standing,
          trust: row.trust,
          ageMs: now.getTime() - row.last_at.getTime(),
          byNamed: row.speaker !== '' && tokenise(row.speaker).some((name) => named.has(name)),
          inTime: time !== undefined && row.occurred_at >= time.from && row.occurred_at < time.to,
        };
      }),
      semantic !== undefined && semantic.without === '',
    ).slice(0, Math.max(READ.least, READ.times * ask.limit));
    const hits = await this.read(manager, scored, ask, now);
    const explained = ({ row, parts, placed }: Read, duplicates: readonly string[]) => {
      const cosine = cosines?.get(row.doc);
      const standing = byDoc.get(row.doc)?.standing ? WEIGHTS.standing : 0;
      const terms = measure.termsOf(row.doc);
      return explain({ parts, terms, texts: measure.texts, cosine, standing, duplicates, placed });
    };
    return { hits, explained };
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

  /** The rows of what was scored, with what stands in their place. */
  private async read(manager: EntityManager, scored: readonly Scored[], ask: Ask, now: Date): Promise<Read[]> {
    const docs = scored.map(({ doc }) => doc);
    const there = new Set(docs);
    const after = (await this.recalls.successors(manager, docs)).filter((doc) => !there.has(doc));
    const allowed = await this.recalls.candidates(manager, after, ask.filter, now);
    const knownAt = ask.filter?.asOf || ask.filter?.knownAt ? (ask.filter.knownAt ?? now) : undefined;
    const rows = await this.recalls.rows(manager, [...docs, ...allowed.map(({ doc }) => doc)], knownAt);
    const byDoc = new Map(rows.map((row) => [row.doc, stateAt(row, ask.filter?.asOf ?? knownAt)]));
    const unscored = allowed.map(({ doc }): Scored => ({ doc, score: 0, parts: NO_PARTS }));
    return [...scored, ...unscored].flatMap(({ doc, score, parts }): Read[] => {
      const row = byDoc.get(doc);
      return row ? [readOf(row, score, parts)] : [];
    });
  }

  private async recent(manager: EntityManager, scopes: readonly VisibleScope[], ask: Ask): Promise<Recalled[]> {
    const now = this.now();
    const rows = thatFit(withinBudget(await this.recalls.recent(manager, scopes, ask, now), ask.budget));
    await this.recalls.show(manager, ask.scope.tenant, ask.runId, rows, now);
    return rows.map((row) => fresh(row, now));
  }
}

/** What was found, the best first, and why each of it was. */
interface Found {
  hits: Read[];
  explained: (hit: Read, duplicates: readonly string[]) => string;
}

/** A hit with what decides its place. */
interface Read {
  id: string;
  text: string;
  score: number;
  state: string;
  supersededBy: string;
  subject: string;
  trust: number;
  validFrom: Date;
  row: MemoryRow;
  parts: Parts;
  placed?: Placement;
}

const NO_PARTS: Parts = { lexical: 0, vector: 0, neighbours: 0, speaker: 0, time: 0, trust: 1, recency: 1 };

function readOf(row: MemoryRow, score: number, parts: Parts): Read {
  const { id, text, state, subject, trust, superseded_by: supersededBy } = row;
  return {
    id,
    text,
    state,
    subject,
    trust,
    supersededBy,
    score,
    parts,
    row,
    validFrom: row.valid_from ?? row.occurred_at,
  };
}

/** The best that say different things, what holds before what held, within the budget and the size of a reply. */
function choose(hits: readonly Read[], ask: Ask): { hit: Read; duplicates: string[] }[] {
  const said = hits.map(({ row, score }) => ({ ...row, score }));
  const ordered = inOrder(hits, updatesAmong(said, ask.terms));
  const distinct = collapse(ordered).slice(0, ask.limit);
  return thatFit(withinBudget(distinct, ask.budget)).map(({ duplicates, ...hit }) => ({ hit, duplicates }));
}

function besides({ previous, next }: CandidateRow): string[] {
  return [previous, next].filter((doc) => doc !== null);
}

/** The question of somebody else that stands right before what a person says. */
function answeredBy(
  { previous, speaker, trust }: CandidateRow,
  rows: ReadonlyMap<string, CandidateRow>,
): string | undefined {
  const before = previous === null || trust < TRUST.high ? undefined : rows.get(previous);
  return before?.asks && before.speaker !== speaker ? before.doc : undefined;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Names in a query of those who speak. In a conversation a name mostly stands where somebody is spoken to, and it is what he
 * says himself that is asked for.
 */
function speakersNamed(speakers: readonly string[], terms: readonly string[]): ReadonlySet<string> {
  const asked = new Set(terms);
  return new Set([...new Set(speakers)].flatMap(tokenise).filter((name) => asked.has(name)));
}

/** BM25 of any memory, by its postings. */
class Measure {
  readonly texts: number;
  private readonly collection: { texts: number; terms: number };
  private rows = new Map<string, PostingRow[]>();

  constructor(
    scopes: readonly VisibleScope[],
    private readonly frequencies: ReadonlyMap<string, number>,
  ) {
    this.texts = scopes.reduce((sum, { memories }) => sum + memories, 0);
    this.collection = { texts: this.texts, terms: scopes.reduce((sum, { terms }) => sum + terms, 0) };
  }

  add(postings: readonly PostingRow[]): void {
    this.rows = groupBy(postings, ({ doc }) => doc);
  }

  /** @param without terms that count for nothing in it */
  scoreOf(doc: string, without: ReadonlySet<string>): number {
    return this.termsOf(doc).reduce((sum, { term, adds }) => (without.has(term) ? sum : sum + adds), 0);
  }

  termsOf(doc: string): (TermMatch & { adds: number })[] {
    return (this.rows.get(doc) ?? []).map(({ term, frequency, length }) => {
      const match = { term, frequency, documentFrequency: this.frequencies.get(term) ?? 1 };
      return { ...match, adds: termScore(match, length, this.collection) };
    });
  }
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
