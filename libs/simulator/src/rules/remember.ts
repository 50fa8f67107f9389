const REMEMBER =
  /^\W*(?:please\s+|(?:can|could|will|would) you\s+(?:please\s+)?|i want you to\s+)*(?:remember|memori[sz]e|keep in mind|note(?: down)?|make a note|don'?t forget|store|save(?=\s+(?:that|this|it|the fact|in memory|to memory))|merke? dir|recuerda|souviens-toi)\b(?:\s+(?:this\s+|that\s+|it\s+)?(?:in|to)\s+(?:your\s+)?memory)?[\s:,]*(?:(?:that|this|the fact that|dass|que)\b)?[\s:,]*(.*)$/is;
const PRONOUN_ONLY = /^(?:it|this|that|these|them)?(?:\s*\b(?:please|for me|for later|for next time|as well|too))*$/i;

/** What is to be remembered; "remember it" means the statement before, if there is one. */
export type Remembered = { fact: string } | { fact: undefined };

/** Reads a clause that tells something to remember; undefined if it tells nothing of the kind. */
export function readRemembered(clause: string, statementBefore: string | undefined): Remembered | undefined {
  const found = REMEMBER.exec(clause);
  // "Remember my name?" asks; "can you remember that …?" tells.
  if (found === null || (clause.endsWith('?') && !/^\W*(?:can|could|will|would)\b/i.test(clause))) return undefined;
  const said = withoutEnd(found[1] ?? '');
  return { fact: PRONOUN_ONLY.test(said) ? statementBefore : said };
}

/** A clause as a fact that "it" may refer to; undefined for a question. */
export function statementIn(clause: string): string | undefined {
  return clause.endsWith('?') ? undefined : withoutEnd(clause) || undefined;
}

function withoutEnd(text: string): string {
  return text.trim().replace(/[.!?,;\s]+$/, '');
}
