/**
 * Brings the plain inflections of an English word together: plurals, -ing, -ed, a closing -e ("likes", "liked",
 * "liking" and "like" meet), and -ment ("deploy", "deployment"). The first step of Porter's stemmer
 * (https://tartarus.org/martin/PorterStemmer/) and one rule of its fourth, no more: the others join words that differ in
 * meaning. British and American spellings meet as well. Words with other letters than a to z are left alone.
 *
 * Stored postings hold what this gave when they were written: whoever changes it adds a migration that calls `reindex`.
 */
export function stem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  return dropFinalE(dropSuffix(dropMent(spellAmerican(dropPlural(word)))));
}

function dropPlural(word: string): string {
  if (/(?:ss|us|is)$/.test(word) || !word.endsWith('s')) return word;
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  return word.length > 3 ? word.slice(0, -1) : word;
}

/**
 * -our, -ise, -yse and -re as they stand in British English, with what may follow them, where the stem is long enough not to
 * be another word: "colour", "organised", "centre", but not "four", "hour", "rise", "wise".
 */
const BRITISH: readonly [RegExp, string][] = [
  [/^([a-z]*[aeiouy][a-z]*[^aeouy])our(?=$|ed$|ing$|ite$|able$|less$|ful$)/, '$1or'],
  [/^([a-z]*[aeiouy][a-z]*(?:al|an|or|er|it|im|ic|in|og|ar|gn))is(?=e$|ed$|ing$|ation$)/, '$1iz'],
  [/^(anal|catal|paral)ys(?=e$|ed$|ing$)/, '$1yz'],
  [/^(cent|fib|lit|met|kilomet|centimet|millimet|spect|theat)re(?=$|d$)/, '$1ere'],
  [/^(cent|fib|lit|met|kilomet|centimet|millimet|spect|theat)ere$/, '$1er'],
];

function spellAmerican(word: string): string {
  return BRITISH.reduce((text, [spelling, american]) => text.replace(spelling, american), word);
}

/** What is left must be a word by its length, and related: "moment", "comment", "apartment" and "department" stay. */
function dropMent(word: string): string {
  const root = /^(.*[aeiouy].*[^aeiou].*)ment$/.exec(word)?.[1];
  return root !== undefined && root.length >= 4 && !root.endsWith('part') ? root : word;
}

function dropSuffix(word: string): string {
  if (word.endsWith('eed')) return word;
  const root = /^(.+)(?:ing|ed)$/.exec(word)?.[1];
  if (root === undefined || root.length < 3 || !/[aeiouy]/.test(root)) return word;
  return /([^aeiouylsz])\1$/.test(root) ? root.slice(0, -1) : root;
}

function dropFinalE(word: string): string {
  return word.length > 3 && word.endsWith('e') ? word.slice(0, -1) : word;
}
