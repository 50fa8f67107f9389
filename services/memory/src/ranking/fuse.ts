import { recencyFactor } from './recency.js';
import { MIN_COSINE, TRUST_FACTORS, WEIGHTS, type Weights } from './weights.js';

/** A memory that may be an answer, with what is measured of it. */
export interface Candidate {
  doc: string;
  /** BM25; 0: no word of the query. */
  lexical: number;
  /** Cosine to the query; absent: it has no vector yet, or there is none of the query. */
  cosine?: number;
  /** Turns beside it in its conversation. */
  neighbours: readonly string[];
  /** The one of them that it answers. */
  answers?: string | undefined;
  /** It asks, and says nothing. */
  asks?: boolean;
  /** It says how things are to be done from now on. */
  standing?: boolean;
  trust: number;
  /** Since it was last said, in milliseconds. */
  ageMs: number;
  /** It was said by somebody whom the query names. */
  byNamed: boolean;
  /** It was said in the time that the query names. */
  inTime: boolean;
}

export interface Parts {
  /** From 0 to 1, relative to the best of all candidates. */
  lexical: number;
  vector: number;
  neighbours: number;
  speaker: number;
  time: number;
  /** Factor. */
  trust: number;
  /** Factor, see `recencyFactor`. */
  recency: number;
}

export interface Scored {
  doc: string;
  score: number;
  parts: Parts;
}

/**
 * One score of all that is known: (lexical + vector + a share of its neighbours' + time) × trust × recency. Scores are
 * fused and not ranks: a weak arm then counts as little as it knows. Where there is no vector of the query, the words
 * count alone. What has no vector yet is taken to be as near as the nearest is, by as much as its words match: what was
 * said a moment ago must not stand behind everything that is like it.
 *
 * @returns the candidates that answer by themselves or through their neighbours, best first; equal ones by `doc`, the newest first
 */
export function fuse(candidates: readonly Candidate[], withVectors: boolean, weights: Weights = WEIGHTS): Scored[] {
  const best = Math.max(...candidates.map(({ lexical }) => lexical), Number.MIN_VALUE);
  const measure = { best, nearest: Math.max(0, ...candidates.map(({ cosine = 0 }) => cosine)), withVectors };
  const own = new Map(candidates.map((candidate) => [candidate.doc, ownParts(candidate, measure, weights)]));
  const scored = candidates.flatMap((candidate): Scored[] => {
    const { lexical, vector } = scaled(own.get(candidate.doc) ?? NOTHING, candidate.asks ? weights.asks : 1);
    const beside = candidate.neighbours.reduce(
      (sum, doc) =>
        sum + (doc === candidate.answers ? weights.answer : weights.neighbours) * sumOf(own.get(doc) ?? NOTHING),
      0,
    );
    const parts: Parts = {
      lexical,
      vector,
      neighbours: beside,
      speaker: candidate.byNamed && lexical + vector > 0 ? weights.speaker : 0,
      time: candidate.inTime && lexical + vector > 0 ? weights.time : 0,
      trust: TRUST_FACTORS[candidate.trust] ?? 1,
      recency: recencyFactor(candidate.ageMs),
    };
    const standing = candidate.standing && lexical + vector > 0 ? weights.standing : 0;
    const sum = parts.lexical + parts.vector + parts.neighbours + parts.speaker + parts.time + standing;
    return sum > 0 ? [{ doc: candidate.doc, score: sum * parts.trust * parts.recency, parts }] : [];
  });
  return scored.sort((a, b) => b.score - a.score || Number(BigInt(b.doc) - BigInt(a.doc)));
}

type Own = Pick<Parts, 'lexical' | 'vector'>;
const NOTHING: Own = { lexical: 0, vector: 0 };

interface Measure {
  /** BM25 of the best. */
  best: number;
  /** Cosine of the nearest. */
  nearest: number;
  withVectors: boolean;
}

function ownParts(candidate: Candidate, { best, nearest, withVectors }: Measure, weights: Weights): Own {
  const lexical = candidate.lexical / best;
  if (!withVectors) return { lexical, vector: 0 };
  const cosine = candidate.cosine ?? lexical * nearest;
  const near = cosine > 0 && (lexical > 0 || cosine >= MIN_COSINE);
  return { lexical: weights.lexical * lexical, vector: near ? weights.vector * cosine : 0 };
}

function scaled({ lexical, vector }: Own, factor: number): Own {
  return { lexical: lexical * factor, vector: vector * factor };
}

function sumOf({ lexical, vector }: Own): number {
  return lexical + vector;
}
