import { tokenise } from '../text/tokenise.js';

/** Of the words of what is said, the part that must stand in what was shown. */
const ECHO_SHARE = 0.9;
/** Shorter texts ("yes", "teal") are said for reasons of their own. */
const MIN_WORDS = 3;

/**
 * Whether a run says back what it was given: nearly all words of the text stand in the other, which it was shown. A store
 * that took this for new evidence would feed on itself.
 */
export function isEcho(text: string, shown: string): boolean {
  const words = new Set(tokenise(text));
  if (words.size < MIN_WORDS) return false;
  const there = new Set(tokenise(shown));
  const common = [...words].filter((word) => there.has(word)).length;
  return common / words.size >= ECHO_SHARE;
}
