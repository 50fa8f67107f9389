import { Similarities } from '@switchyard/evidence';
import { damped } from './words.js';

/** Of one text, its words' weights: of length 1, or empty. */
export type TextVector = ReadonlyMap<string, number>;

export interface TextVectors {
  vectors: readonly TextVector[];
  /** How much a word tells, by in how many of the texts it stands. */
  rarity: ReadonlyMap<string, number>;
}

/** TF-IDF: damped counts times `ln((1 + texts) / (1 + texts with it)) + 1`, brought to length 1. */
export function textVectors(texts: readonly ReadonlyMap<string, number>[]): TextVectors {
  const having = new Map<string, number>();
  for (const counts of texts) for (const word of counts.keys()) having.set(word, (having.get(word) ?? 0) + 1);
  const rarity = new Map<string, number>();
  for (const [word, count] of having) rarity.set(word, Math.log((1 + texts.length) / (1 + count)) + 1);
  const vectors = texts.map((counts) => {
    const weights = [...counts].map(([word, count]) => [word, damped(count) * (rarity.get(word) ?? 0)] as const);
    const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0));
    return new Map(weights.map(([word, weight]) => [word, weight / length]));
  });
  return { vectors, rarity };
}

/** The cosines of all pairs, through lists of who has which word. */
export function similaritiesOf(vectors: readonly TextVector[]): Similarities {
  const made = new Similarities(vectors.length);
  const having = new Map<string, { item: number; weight: number }[]>();
  vectors.forEach((vector, item) => {
    const row = new Float64Array(item);
    for (const [word, weight] of vector) {
      const earlier = having.get(word) ?? [];
      for (const other of earlier) row[other.item] = (row[other.item] ?? 0) + weight * other.weight;
      earlier.push({ item, weight });
      having.set(word, earlier);
    }
    row.forEach((similarity, other) => made.set(item, other, Math.min(1, similarity)));
    made.set(item, item, 1);
  });
  return made;
}
