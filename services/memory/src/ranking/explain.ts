import type { TermMatch } from './bm25.js';
import type { Placement } from '../reranking/put-in-order.js';
import type { Parts } from './fuse.js';

/** What a hit is explained by. */
export interface Explained {
  parts: Parts;
  terms: readonly (TermMatch & { adds: number })[];
  /** Texts that the asker sees. */
  texts: number;
  cosine: number | undefined;
  /** What it adds that it says how things are to be done. */
  standing?: number;
  /** Ids of hits that stand behind it. */
  duplicates: readonly string[];
  placed?: Placement | undefined;
}

/** For people: which words matched, how near the meaning is, and what else counted. */
export function explain({ parts, terms, texts, cosine, standing = 0, duplicates, placed }: Explained): string {
  const words = [...terms]
    .sort((a, b) => b.adds - a.adds || (a.term < b.term ? -1 : 1))
    .map(
      ({ term, adds, frequency, documentFrequency }) =>
        `"${term}" +${adds.toFixed(2)} (${frequency} here, in ${documentFrequency} of ${texts})`,
    );
  return [
    ...(words.length === 0 ? [] : [`matches ${words.join(', ')}`]),
    ...(parts.vector > 0
      ? [cosine === undefined ? 'no vector yet: as near as its words' : `meaning ${cosine.toFixed(2)}`]
      : []),
    ...(parts.neighbours > 0 ? [`turns beside it +${parts.neighbours.toFixed(2)}`] : []),
    ...(parts.speaker > 0 ? [`said by whom the query names +${parts.speaker.toFixed(2)}`] : []),
    ...(standing > 0 ? [`says how things are to be done +${standing.toFixed(2)}`] : []),
    ...(parts.time > 0 ? [`in the time asked for +${parts.time.toFixed(2)}`] : []),
    ...(parts.trust !== 1 ? [`trust × ${parts.trust.toFixed(2)}`] : []),
    `recency × ${parts.recency.toFixed(3)}`,
    ...(placed ? [placeText(placed)] : []),
    ...(duplicates.length === 0 ? [] : [`stands for ${duplicates.length} more that say the same`]),
  ].join('; ');
}

function placeText({ by, from, to }: Placement): string {
  return from === to ? `left here by ${by}` : `put from place ${from} to ${to} by ${by}`;
}
