import { countWords, damped } from './words.js';

/** A class of texts that are like a list of weighted words. */
export interface WordClass {
  /** Above 0. */
  words: ReadonlyMap<string, number>;
  /** Least similarity. */
  threshold: number;
}

/** A text as it is compared with classes: a direction in the space of its words. */
export class TextWords {
  private readonly counts: ReadonlyMap<string, number>;
  private readonly length: number;

  constructor(text: string) {
    this.counts = countWords(text);
    this.length = Math.sqrt([...this.counts.values()].reduce((sum, count) => sum + damped(count) ** 2, 0));
  }

  /** The cosine between the text and the words, 0 to 1: how often the words stand there, by their weights, damped. */
  likeness({ words }: WordClass): number {
    let product = 0;
    let squares = 0;
    for (const [word, weight] of words) {
      squares += weight * weight;
      const count = this.counts.get(word);
      if (count !== undefined) product += weight * damped(count);
    }
    return product === 0 ? 0 : Math.min(1, product / Math.sqrt(squares) / this.length);
  }

  /** Of classes whose threshold it reaches, the one that it is most like; of several, the first. */
  nearest<Known extends WordClass>(classes: readonly Known[]): { nearest: Known; similarity: number } | undefined {
    let found: { nearest: Known; similarity: number } | undefined;
    for (const nearest of classes) {
      const similarity = this.likeness(nearest);
      if (similarity >= nearest.threshold && similarity > (found?.similarity ?? 0)) found = { nearest, similarity };
    }
    return found;
  }
}
