/** Characters of a text that words are taken from: what a task is about stands at its beginning. */
const MAX_TEXT = 16_384;
const WORD = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu;
/** Scripts that put no blanks between words: there two characters stand for one. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
/** English words that tell nothing of what a text is about. Of other languages, those are rare words' shadows: they weigh little. */
const STOP_WORDS = new Set(
  `a about after all also am an and any are as at be because been before being but by can could did do does doing for from get
  had has have having he her here him his how i i'd i'll i'm i've if in into is it it's its just like me more most my no not now of on or
  our out over please she should so some such than that that's the their them then there these they this those to too up us very was we were what
  when where which who why will with would you you're your`.split(/\s+/),
);

/** How often each word stands in a text: lower case, without figures and words that tell nothing. */
export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.slice(0, MAX_TEXT).normalize('NFKC').toLowerCase().matchAll(WORD)) {
    for (const part of UNSPACED.test(word) ? pairsOf(word) : [word.replaceAll('’', "'")]) {
      // One letter alone is a list's, or what an apostrophe left.
      if (part.length > 1 && !STOP_WORDS.has(part)) counts.set(part, (counts.get(part) ?? 0) + 1);
    }
  }
  return counts;
}

/** The weight of a word that stands there so often: the tenth time tells little more than the first. */
export function damped(count: number): number {
  return 1 + Math.log(count);
}

function pairsOf(word: string): string[] {
  const characters = [...word];
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}
