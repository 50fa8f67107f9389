/**
 * What a query says of its answer and of the talk itself, and not of what is looked for: every conversation is full of these
 * words, and they draw the search to whatever else has them.
 */
const FORMS: readonly RegExp[] = [
  // How the answer is to look: "Mention only three items."
  /(?<=[.?!]\s+)(please )?(mention|list|name|give|state|include|answer with)\b[^.?!]*\b(only|at most|no more than|exactly)\b[^.?!]*[.?!]*$/gi,
  // Who is asked, and for what kind of answer: "Can you walk me through …", "Please list …"
  /(?<=^|[.?!,]\s*)(please )?((can|could|would|will) you )?(please )?(walk me through|tell me( about)?|remind me( of)?|list|give me|provide( me with)?)\b/gi,
  /\b(the )?order in which\b/gi,
  /,? *\bin (chronological |the right )?order\b/gi,
  /\b(different|various) (aspects|things|topics) (of|related to)\b/gi,
  // The talk itself: "I mentioned", "that we discussed", "throughout our conversations", "during our chats"
  /\b((that|which) )?(i|we)(['’]ve| have| had)? (brought up|mentioned|discussed|talked about|spoke about|told you( about)?)\b/gi,
  /\b(have|had|did|do) (i|we) (bring up|brought up|mention(ed)?|discuss(ed)?|talk(ed)? about|tell you about|told you about)\b/gi,
  /,? *\b(throughout|across|during|over|in|from) (all )?(of )?(my|our) (past |previous |earlier |different )?(conversations?|chats?|sessions?|messages?|discussions?|talks?|requests?)\b( so far)?/gi,
];

/** A longer one is a text of its own, and no question of a person. */
const MAX_LENGTH = 2_000;

/**
 * A query without what only says how it is to be answered; the query itself where nothing else would be left.
 * For English; in other languages it stays as it is.
 */
export function subjectOf(query: string): string {
  if (query.length > MAX_LENGTH) return query;
  const rest = FORMS.reduce((text, form) => text.replace(form, ' '), query);
  return /[\p{L}\p{N}]{3}/u.test(rest) ? rest.replace(/\s+/g, ' ').trim() : query;
}
