import { createHash } from 'node:crypto';

/**
 * What makes two texts the same statement: the words, in their order, with numbers, signs and negations; not the case,
 * the white space, the articles, the punctuation around words, what people open and close a statement with, nor whether
 * they contract ("I'm", "I am"). A question mark stays, for a question is not the statement. Nothing that could change what
 * is said is dropped: prepositions, pronouns and tenses stay, and words are not stemmed.
 *
 * @param speaker of an episode, which is the same only where the same one said it; absent for facts
 * @returns 64 hex digits (SHA-256).
 */
export function statementKey(text: string, speaker?: string): string {
  const normal = normalise(text);
  const form = speaker === undefined ? normal : `episode\n${speaker}\n${normal}`;
  return createHash('sha256').update(form).digest('hex');
}

function normalise(text: string): string {
  const plain = expandContractions(
    text.normalize('NFKC').toLowerCase().replace(INVISIBLE, '').replace(APOSTROPHES, "'"),
  );
  const bare = plain.replace(AROUND_WORDS, '$1 ').replace(BEFORE_WORDS, ' $1').replace(/\s+/g, ' ').trim();
  const said = dropFrame(bare);
  // A text of signs alone is told apart as it stands.
  return said === '' ? text : said;
}

const INVISIBLE = /\p{Cf}/gu;
const APOSTROPHES = /[’ʼ‘`´]/g;
/** Signs that close a word or a clause. "3.5", "C++", "10%" and "?" keep theirs. */
const AROUND_WORDS = /([^\s])["“”„«»'()[\]{},;:.!。！、…]+(?=\s|$)/gu;
const BEFORE_WORDS = /(?:^|\s)["“”„«»'([{¡¿]+([^\s])/gu;

const CONTRACTIONS: readonly [RegExp, string][] = [
  [/\bcan't\b/g, 'cannot'],
  [/\bcan not\b/g, 'cannot'],
  [/\bwon't\b/g, 'will not'],
  [/\bshan't\b/g, 'shall not'],
  [/n't\b/g, ' not'],
  [/\b(i)'m\b/g, '$1 am'],
  [/\b(you|we|they|who)'re\b/g, '$1 are'],
  [/\b(i|you|we|they|who)'ve\b/g, '$1 have'],
  [/\b(i|you|he|she|it|we|they|that|there|who)'ll\b/g, '$1 will'],
  [/\b(it|that|there|here|what|who|where|how)'s\b/g, '$1 is'],
];

function expandContractions(text: string): string {
  return CONTRACTIONS.reduce((changed, [pattern, full]) => changed.replace(pattern, full), text);
}

/** The longer of two that begin alike stands first. */
const OPENINGS = [
  '(?:please |just )?(?:remember|note|keep in mind|do not forget|know) that',
  'i want you to (?:remember|know) that',
  'for the record|for your information|just so you know|just to be clear|to be clear|by the way|btw|fyi',
  '(?:as|like) i said(?: before)?|as mentioned(?: before)?|keep in mind|remember|reminder|note',
  'please|okay|ok|hello|hey|hi|so|well|oh|yes|yeah|also|and|again',
];
const OPENING = new RegExp(`^(?:(?:${OPENINGS.join('|')})[,:;.!-]* +)+`);
const CLOSING = /(?: +(?:please|thanks|thank you|thanks a lot|ok|okay|btw|by the way|fyi|as i said(?: before)?))+$/;

/** Articles, and the words around what is said. */
function dropFrame(text: string): string {
  const bare = text
    .replace(OPENING, '')
    .replace(CLOSING, '')
    .replace(/\b(?:a|an|the)\b /g, '');
  return bare.trim() === '' ? text : bare.trim();
}
