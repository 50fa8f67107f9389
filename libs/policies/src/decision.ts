/** What may become of a call, the strictest first. */
export const DECISIONS = ['deny', 'ask', 'allow'] as const;
export type Decision = (typeof DECISIONS)[number];

export function isDecision(text: string): text is Decision {
  return DECISIONS.some((known) => known === text);
}

/** The stricter of two. */
export function stricter(one: Decision, other: Decision): Decision {
  return DECISIONS.indexOf(one) <= DECISIONS.indexOf(other) ? one : other;
}
