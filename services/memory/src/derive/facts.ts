import { claimOf } from './subject.js';
import { sentencesOf } from './sentences.js';

/** A fact as it stands in what somebody said. */
export interface SaidFact {
  text: string;
  subject: string;
  value: string;
}

/** Facts of one text at most: who writes a document does not state preferences. */
const MAX_FACTS = 8;

/**
 * The plain statements in what somebody said, by rules and without a model.
 *
 * @param speaker stands before the sentence, so that it is clear by itself; empty: nobody is named
 * @param self who "I" is in the scope that the facts are for
 */
export function factsIn(text: string, speaker: string, self: string): SaidFact[] {
  return sentencesOf(text)
    .flatMap((sentence) => {
      const claim = claimOf(sentence, self || speaker);
      return claim ? [{ text: speaker === '' ? sentence : `${speaker}: ${sentence}`, ...claim }] : [];
    })
    .slice(0, MAX_FACTS);
}
