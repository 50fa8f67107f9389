import { LONE_SURROGATE } from './clean-text.js';
import { stem } from './stem.js';
import { STOP_WORDS } from './stop-words.js';

/** Code points of one term; the rest of a longer one (a pasted key, a hash) is not indexed. */
export const MAX_TERM_LENGTH = 64;

/**
 * The terms under which a text is found, in order, with repetitions. The same function reads memories and queries.
 *
 * A term is a run of letters, marks and digits. Compatibility forms, case and accents do not count ("Café" = "cafe").
 * Scripts written without spaces (Chinese, Japanese, Thai, Khmer, Lao, Burmese) give overlapping pairs of characters,
 * as Lucene's CJK analyser does. The rules come from Unicode properties and not from ICU's dictionaries, so that replicas
 * on different Node versions agree.
 */
export function tokenise(text: string): string[] {
  const terms: string[] = [];
  for (const [word] of fold(text).matchAll(WORD)) {
    for (const piece of splitScripts(word)) {
      if (STOP_WORDS.has(piece)) continue;
      terms.push(truncate(stem(piece)));
    }
  }
  return terms;
}

/** How often each term occurs. */
export function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Khmer}\\p{Script=Lao}\\p{Script=Myanmar}';
const RUN_OF_ONE_KIND = new RegExp(`[${UNSPACED}ー]+|[^${UNSPACED}]+`, 'gu');
const UNSPACED_START = new RegExp(`^[${UNSPACED}]`, 'u');
/** Accents of Latin, Greek and Cyrillic, vowel points of Hebrew and Arabic; the vowel signs of Indic scripts are letters in effect and stay. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u0640\u064b-\u065f\u0670]/g;
const APOSTROPHES = /(?<=\p{L})['’ʼ](?=\p{L})/gu;
const INVISIBLE = /\p{Cf}/gu;
const POSSESSIVE = /(?<=\p{L})['’ʼ]s(?![\p{L}\p{N}])/gu;

function fold(text: string): string {
  return text
    .replace(LONE_SURROGATE, '\ufffd')
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(INVISIBLE, '')
    .replace(POSSESSIVE, '')
    .replace(APOSTROPHES, '')
    .normalize('NFC');
}

function splitScripts(word: string): string[] {
  return (word.match(RUN_OF_ONE_KIND) ?? []).flatMap((run) => (UNSPACED_START.test(run) ? pairs(run) : [run]));
}

function pairs(run: string): string[] {
  const characters = [...run];
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}

function truncate(term: string): string {
  return term.length <= MAX_TERM_LENGTH ? term : [...term].slice(0, MAX_TERM_LENGTH).join('');
}
