import { tokenise } from './tokenise.js';

/** The terms under which a memory is found: those of its text, and the name of who said it. */
export function indexedTerms(text: string, speaker: string): string[] {
  return speaker === '' ? tokenise(text) : [...tokenise(speaker), ...tokenise(text)];
}
