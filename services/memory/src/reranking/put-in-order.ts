/** So many of the best are put into order; what stands further down is too far from the query to be worth its tokens. */
export const MAX_CANDIDATES = 20;

/** By whom a hit was put in its place; where it stood by its score and where it was put, from 1. */
export interface Placement {
  by: string;
  from: number;
  to: number;
}

/** A hit that an agent may have put in its place. */
interface Placed {
  id: string;
  score: number;
  placed?: Placement;
}

/** The hits in this order, and the rest after them. Scores stay where they are, so that they still fall from hit to hit. */
export function putInOrder<Hit extends Placed>(hits: readonly Hit[], order: readonly string[], by: string): Hit[] {
  const places = new Map(hits.map((hit, index) => [hit.id, index]));
  const ordered = order.flatMap((id) => hits[places.get(id) ?? -1] ?? []);
  const head = ordered.map((hit, index) => ({
    ...hit,
    score: hits[index]?.score ?? hit.score,
    placed: { by, from: (places.get(hit.id) ?? 0) + 1, to: index + 1 },
  }));
  return [...head, ...hits.filter(({ id }) => !order.includes(id))];
}
