/** A hit, as far as it matters to which of two stands first. */
export interface Ordered {
  id: string;
  score: number;
  state: string;
  supersededBy: string;
  subject: string;
  trust: number;
  validFrom: Date;
}

/**
 * Puts what is superseded after what superseded it, and what is believed less after what contradicts it, wherever their
 * scores would put them. All else stays in its order. What moves down gets the score of what it now follows, so that
 * scores still fall from hit to hit.
 *
 * @param updates pairs of which the second replaces the first, from elsewhere than the store
 */
export function inOrder<Hit extends Ordered>(
  hits: readonly Hit[],
  updates: readonly (readonly [string, string])[] = [],
): Hit[] {
  const before = predecessors(hits, updates);
  const byId = new Map(hits.map((hit) => [hit.id, hit]));
  const placed = new Set<string>();
  const ordered: Hit[] = [];
  const place = (hit: Hit, above: ReadonlySet<string>): void => {
    if (placed.has(hit.id) || above.has(hit.id)) return;
    const path = new Set([...above, hit.id]);
    for (const id of before.get(hit.id) ?? []) {
      const first = byId.get(id);
      if (first) place(first, path);
    }
    placed.add(hit.id);
    ordered.push(hit);
  };
  for (const hit of hits) place(hit, new Set());
  return fallingScores(ordered, hits);
}

/** By hit: those that must stand before it. */
function predecessors(
  hits: readonly Ordered[],
  updates: readonly (readonly [string, string])[],
): Map<string, string[]> {
  const before = new Map<string, string[]>();
  const add = (later: string, first: string) => before.set(later, [...(before.get(later) ?? []), first]);
  for (const hit of hits) if (hit.state === 'superseded' && hit.supersededBy !== '') add(hit.id, hit.supersededBy);
  for (const [old, now] of updates) add(old, now);
  for (const one of hits)
    for (const other of hits)
      if (one !== other && one.subject !== '' && one.subject === other.subject && yields(one, other))
        add(one.id, other.id);
  return before;
}

/** Of two statements of one subject: the first is no longer true, or is believed less, or is the older one. */
function yields(one: Ordered, other: Ordered): boolean {
  if (one.trust !== other.trust && one.state === other.state) return one.trust < other.trust;
  if (one.state !== other.state) return one.state === 'superseded' && one.trust <= other.trust;
  return one.validFrom < other.validFrom;
}

function fallingScores<Hit extends Ordered>(ordered: readonly Hit[], hits: readonly Hit[]): Hit[] {
  const scores = hits.map(({ score }) => score).sort((a, b) => b - a);
  return ordered.map((hit, index) => ({ ...hit, score: scores[index] ?? hit.score }));
}
