/**
 * English words that say nothing about what a text is about. After tokenisation: lower case, no apostrophes, not stemmed.
 * Negations stay out of the list: "not", "never" and "no" change what a memory says.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about all also am an and any are arent as at be been being but by can cant could did do does doing dont each for
  from had has have having he her hers him his how i id if ill im in into is isnt it its ive just let lets me mine my of
  on or our ours out please shall she should so some such than that thats the their theirs them then there theres these
  they this those to too us very was we were what whats when where which while who whom whos whose why will with would
  you your yours`.split(/\s+/),
);
