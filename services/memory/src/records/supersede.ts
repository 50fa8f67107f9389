/** A fact, as far as it matters to which of two holds. */
export interface Claim {
  id: string;
  trust: number;
  validFrom: Date;
}

/** From `at` on `by` holds in the place of `id`. */
export interface Supersession {
  id: string;
  by: string;
  at: Date;
}

/**
 * What a new fact changes among those that are current of its subject and scope: the later takes the place of the
 * earlier from the moment on at which it becomes true. A fact that is believed less takes nobody's place; both then
 * stay, and the ranking puts it second.
 */
export function supersede(claim: Claim, others: readonly Claim[]): Supersession[] {
  const earlier = others.filter((other) => other.validFrom <= claim.validFrom && other.trust <= claim.trust);
  const [next] = others
    .filter((other) => other.validFrom > claim.validFrom && other.trust >= claim.trust)
    .sort((a, b) => a.validFrom.getTime() - b.validFrom.getTime());
  return [
    ...earlier.map(({ id }) => ({ id, by: claim.id, at: claim.validFrom })),
    ...(next ? [{ id: claim.id, by: next.id, at: next.validFrom }] : []),
  ];
}
