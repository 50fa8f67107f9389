/** Texts of which the seed takes one. */
export type Some = readonly [string, ...string[]];

/**
 * Something that is so of a person, and may change. In texts `$v` is the value, `$o` the one before, `$p` the person, who
 * speaks in `tell`, `change` and `retract`. Each text can be understood by who reads it alone and knows who said it when.
 */
export interface Topic {
  name: string;
  /** What small talk of this topic is about: words that its facts have too. */
  words: Some;
  values: Some;
  /** The first time. */
  tell: Some;
  /** That it is otherwise now. */
  change: Some;
  /** That it was wrong, or is over, and nothing takes its place. */
  retract: Some;
  /** The other one asks, and the answer is `short`: who reads it needs what stands beside it. */
  prompt: Some;
  short: Some;
  /** What somebody else, or a tool, says of it. */
  hearsay: Some;
  /** What is so now. Some ask in the words of what was said, some in others. */
  ask: Some;
  /** When `$v` came to be so. */
  when: Some;
  /** What was so before `$v`. */
  before: Some;
}
