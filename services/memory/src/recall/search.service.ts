import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Ask } from '../ask.js';
import { NOW, type Now } from '../now.js';
import { RecallRepository, type CandidateRow, type VisibleScope } from '../persistence/recall.repository.js';
import { explain } from '../ranking/explain.js';
import { fuse, type Parts, type Scored } from '../ranking/fuse.js';
import { WEIGHTS } from '../ranking/weights.js';
import { stateAt } from '../records/state-at.js';
import { TRUST } from '../records/trust.js';
import type { SemanticQuery } from '../semantics.js';
import { timeNamedIn } from '../text/time-named.js';
import { tokenise } from '../text/tokenise.js';
import { queryOn } from '../vectors/query.js';
import { hitOf, type Found, type Hit } from './found.js';
import { Measure } from './measure.js';

/** Of each arm so many more than are asked for are looked at, and so many at least. */
const CANDIDATES = { times: 4, least: 40 };
/** Of what is near so many times more where only some of it may be had. */
const FILTERED = 4;
/**
 * Of the scored so many more than are asked for are read: some stand behind others, or do not fit. Sixty brought what changed to one
 * question in thirty more, and took a third longer for one recall in twenty.
 */
const READ = { times: 3, least: 40 };

/** Gathers what may bear on a query, by words, by meaning and by what stands beside it, and scores it. */
@Injectable()
export class SearchService {
  constructor(
    @Inject(RecallRepository) private readonly recalls: RecallRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** Within the transaction of the asker. */
  async search(
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
    const explained = ({ row, parts, placed }: Hit, duplicates: readonly string[]) => {
      const cosine = cosines?.get(row.doc);
      const standing = byDoc.get(row.doc)?.standing ? WEIGHTS.standing : 0;
      const terms = measure.termsOf(row.doc);
      return explain({ parts, terms, texts: measure.texts, cosine, standing, duplicates, placed });
    };
    return { hits, explained };
  }

  /** The rows of what was scored, with what stands in their place. */
  private async read(manager: EntityManager, scored: readonly Scored[], ask: Ask, now: Date): Promise<Hit[]> {
    const docs = scored.map(({ doc }) => doc);
    const there = new Set(docs);
    const after = (await this.recalls.successors(manager, docs)).filter((doc) => !there.has(doc));
    const allowed = await this.recalls.candidates(manager, after, ask.filter, now);
    const knownAt = ask.filter?.asOf || ask.filter?.knownAt ? (ask.filter.knownAt ?? now) : undefined;
    const rows = await this.recalls.rows(manager, [...docs, ...allowed.map(({ doc }) => doc)], knownAt);
    const byDoc = new Map(rows.map((row) => [row.doc, stateAt(row, ask.filter?.asOf ?? knownAt)]));
    const unscored = allowed.map(({ doc }): Scored => ({ doc, score: 0, parts: NO_PARTS }));
    return [...scored, ...unscored].flatMap(({ doc, score, parts }): Hit[] => {
      const row = byDoc.get(doc);
      return row ? [hitOf(row, score, parts)] : [];
    });
  }
}

const NO_PARTS: Parts = { lexical: 0, vector: 0, neighbours: 0, speaker: 0, time: 0, trust: 1, recency: 1 };

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
