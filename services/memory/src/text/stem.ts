/**
 * Brings the plain inflections of an English word together: plurals, -ing, -ed, a closing -e ("likes", "liked",
 * "liking" and "like" meet). The first step of Porter's stemmer (https://tartarus.org/martin/PorterStemmer/) and no
 * more: the later steps join words that differ in meaning. Words with other letters than a to z are left alone.
 */
export function stem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  return dropFinalE(dropSuffix(dropPlural(word)));
}

function dropPlural(word: string): string {
  if (/(?:ss|us|is)$/.test(word) || !word.endsWith('s')) return word;
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  return word.length > 3 ? word.slice(0, -1) : word;
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
