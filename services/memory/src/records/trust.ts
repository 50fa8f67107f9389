/**
 * How far a memory is believed: high is what people said, medium what agents say, low what came from outside (tools,
 * pages, imports). What is believed less never takes the place of what is believed more.
 */
export const TRUST = { low: 1, medium: 2, high: 3 } as const;
export type TrustName = keyof typeof TRUST;

const OF_SOURCE: Readonly<Record<string, number>> = { user: TRUST.high, agent: TRUST.medium, '': TRUST.medium };

/** Of what comes from this source (see Provenance in the contract). Whatever is not known is not believed. */
export function trustOf(source: string): number {
  return OF_SOURCE[source] ?? TRUST.low;
}

export function trustName(trust: number): TrustName {
  if (trust >= TRUST.high) return 'high';
  return trust >= TRUST.medium ? 'medium' : 'low';
}

/** @returns the number of a name that the contract allows; low where it is empty. */
export function trustOfName(name: string): number {
  return name === 'high' || name === 'medium' ? TRUST[name] : TRUST.low;
}
