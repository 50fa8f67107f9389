/**
 * How much each part of a score counts. Lexical and vector are those that did best over LoCoMo's turns (score fusion, where
 * plain rank fusion did worse than BM25 alone), each from 0 to 1; neighbours and time come on top.
 */
export interface Weights {
  lexical: number;
  vector: number;
  /** Of what the turns beside a turn of a conversation score. */
  neighbours: number;
  /** The same of the question that a turn answers. */
  answer: number;
  /** Factor of what is a question and nothing else: it says nothing. */
  asks: number;
  /** For what says how things are to be done from now on: whoever asks for a film does not ask for how films are to be told. */
  standing: number;
  /** For what was said by somebody whom the query names. */
  speaker: number;
  /** For what was said in the time that the query names. */
  time: number;
}

export const WEIGHTS: Weights = {
  lexical: 0.4,
  vector: 0.6,
  neighbours: 0.3,
  answer: 0.8,
  asks: 0.8,
  standing: 0.3,
  speaker: 0.3,
  time: 0.15,
};

/** What only its vector finds must be so near to the query: below, MiniLM's cosines say nothing. */
export const MIN_COSINE = 0.25;

/** By what the score of a memory is multiplied that is believed this far. */
export const TRUST_FACTORS: Readonly<Record<number, number>> = { 1: 0.85, 2: 1, 3: 1.25 };
