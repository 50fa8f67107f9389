/** Words that say nothing about what is wanted. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about after all am an and any are as at be been before but by can could did do does for from had has have he her here him his how i if in ' +
    'into is it its let may me more most much my no not now of off on one or other our out over own please she should so some such than that the ' +
    'their them then there these they this those through to too up us very was we were what when where which while who whom whose why will with ' +
    'would you your use using used given specific e.g. etc'
  ).split(' '),
);

/** Characters of a text that are read: a description is not ours, and no tool needs more to be found. */
const MAX_CHARACTERS = 8_192;
const WORD = /[\p{L}\p{N}]+/gu;

/**
 * The words of a text or of a name as they are compared: `createPullRequest` and `create_pull-request` are the same three,
 * and so are "Creating pull requests". Without words that say nothing. Pure.
 */
export function wordsOf(text: string): string[] {
  const apart = text
    .slice(0, MAX_CHARACTERS)
    .replace(/[’']s\b/gu, '')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '');
  return [...apart.matchAll(WORD)].flatMap(([word]) => (STOP_WORDS.has(word) ? [] : [stemOf(word)]));
}

/**
 * A word without its English ending: plural, -ing, -ed, -ly and a last e. Light on purpose: two words that differ in more
 * are brought together by the list of synonyms, where somebody has looked at them.
 */
export function stemOf(word: string): string {
  let stem = word;
  if (stem.length > 4 && stem.endsWith('ies')) stem = `${stem.slice(0, -3)}y`;
  else if (stem.length > 4 && /(?:ss|sh|ch|x|z)es$/u.test(stem)) stem = stem.slice(0, -2);
  else if (stem.length > 3 && stem.endsWith('s') && !/(?:ss|us|is)$/u.test(stem)) stem = stem.slice(0, -1);
  for (const ending of ['ing', 'ed', 'ly']) {
    if (stem.length < ending.length + 3 || !stem.endsWith(ending)) continue;
    stem = stem.slice(0, -ending.length);
    // "stopped", but not "called".
    if (/([bdgmnprt])\1$/u.test(stem)) stem = stem.slice(0, -1);
    break;
  }
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1);
  if (stem.length > 3 && stem.endsWith('y')) stem = `${stem.slice(0, -1)}i`;
  return stem;
}
