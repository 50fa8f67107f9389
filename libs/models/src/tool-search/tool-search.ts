import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { hintsOf } from './hints.js';
import { SYNONYMS } from './synonyms.js';
import { wordsOf } from './words.js';

/** What a tool says of itself, as far as it is searched. */
export interface SearchableTool {
  name: string;
  description?: string;
  tags?: readonly string[];
  /** JSON Schema of the arguments: names and descriptions of its properties are read. */
  parameters?: JsonObject | undefined;
}

export interface FoundTool {
  name: string;
  /** Compares tools of one search; more is better, and 0 is never found. */
  score: number;
}

/** How much a word weighs by where it stands. */
const WEIGHTS = { name: 3, tags: 2.5, description: 1.2, parameters: 0.5 };
/** BM25: how soon more of the same word says no more, and how much a long text counts against a tool. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.5;
/** Of a word that only means the same. */
const SYNONYM_WEIGHT = 0.65;
/** Of a word that is meant and not said. */
const HINT_WEIGHT = 0.5;
/** How much of a word's rarity is that of its meaning, synonyms included. */
const MEANING_SHARE = 0.3;
/** A longer request is no request for a tool: its beginning decides. */
const MAX_QUERY_WORDS = 200;
const MAX_QUERY_CHARACTERS = 8_192;
/** Properties that are read of one schema, and levels. */
const MAX_PROPERTIES = 100;
const MAX_LEVELS = 3;

interface Posting {
  tool: number;
  weight: number;
}

/**
 * Finds tools by words: a BM25 over name, tags, description and parameters, with light stems and a list of synonyms. No model is
 * asked, the same tools and words always give the same answer, and no text of a tool is more than words to it. Pure.
 */
export class ToolSearch {
  readonly #names: string[] = [];
  /** Of each tool, the sum of its weights. */
  readonly #lengths: number[] = [];
  readonly #postings = new Map<string, Posting[]>();
  readonly #meanLength: number;

  constructor(tools: Iterable<SearchableTool>) {
    // By name, so that sums, and with them close scores, are the same in whatever order tools are told.
    for (const tool of [...tools].sort((a, b) => (a.name < b.name ? -1 : 1))) this.#add(tool);
    const total = this.#lengths.reduce((sum, length) => sum + length, 0);
    this.#meanLength = Math.max(1, total / Math.max(1, this.#lengths.length));
  }

  get size(): number {
    return this.#names.length;
  }

  /** The best matches, the best first; equals by name. None where no word fits. */
  find(query: string, limit: number): FoundTool[] {
    const scores = new Map<number, number>();
    const beginning = query.slice(0, MAX_QUERY_CHARACTERS);
    const add = (text: string, share: number): void => {
      for (const [word, count] of countsOf(wordsOf(text).slice(0, MAX_QUERY_WORDS)))
        for (const [tool, score] of this.#scoresOf(word))
          scores.set(tool, (scores.get(tool) ?? 0) + share * score * (1 + Math.log(count)));
    };
    add(beginning, 1);
    add(hintsOf(beginning), HINT_WEIGHT);
    return [...scores]
      .map(([tool, score]) => ({ name: this.#names[tool] ?? '', score }))
      .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
      .slice(0, Math.max(0, limit));
  }

  /** Of each tool the best that a word or one that means the same has there: synonyms together count once. */
  #scoresOf(word: string): Map<number, number> {
    const synonyms = [...(SYNONYMS.get(word) ?? [])];
    // "make" is rare among tools and says little, for many of them create: how rare a meaning is counts too.
    const tools = new Set(
      [word, ...synonyms].flatMap((term) => (this.#postings.get(term) ?? []).map(({ tool }) => tool)),
    );
    const rarityOfMeaning = this.#rarity(tools.size);
    const best = new Map<number, number>();
    const look = (term: string, share: number): void => {
      const postings = this.#postings.get(term) ?? [];
      const rarity = MEANING_SHARE * rarityOfMeaning + (1 - MEANING_SHARE) * this.#rarity(postings.length);
      for (const { tool, weight } of postings) {
        const length = (this.#lengths[tool] ?? 0) / this.#meanLength;
        const frequency =
          (weight * (SATURATION + 1)) / (weight + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length));
        best.set(tool, Math.max(best.get(tool) ?? 0, share * rarity * frequency));
      }
    };
    look(word, 1);
    for (const synonym of synonyms) look(synonym, SYNONYM_WEIGHT);
    return best;
  }

  #rarity(tools: number): number {
    return Math.log(1 + (this.size - tools + 0.5) / (tools + 0.5));
  }

  #add(tool: SearchableTool): void {
    const index = this.#names.push(tool.name) - 1;
    const weights = new Map<string, number>();
    const read = (text: string, weight: number): void => {
      for (const word of wordsOf(text)) weights.set(word, (weights.get(word) ?? 0) + weight);
    };
    read(tool.name, WEIGHTS.name);
    read((tool.tags ?? []).join(' '), WEIGHTS.tags);
    read(tool.description ?? '', WEIGHTS.description);
    for (const text of textsOf(tool.parameters)) read(text, WEIGHTS.parameters);
    let length = 0;
    for (const [word, weight] of weights) {
      length += weight;
      const postings = this.#postings.get(word);
      if (postings) postings.push({ tool: index, weight });
      else this.#postings.set(word, [{ tool: index, weight }]);
    }
    this.#lengths.push(length);
  }
}

/** Names and descriptions of a schema's properties, as far as they are looked at. */
function textsOf(schema: JsonValue | undefined, level = 1): string[] {
  const properties = isJsonObject(schema) ? schema['properties'] : undefined;
  if (!isJsonObject(properties) || level > MAX_LEVELS) return [];
  return Object.entries(properties)
    .slice(0, MAX_PROPERTIES)
    .flatMap(([name, property]) => {
      const description = isJsonObject(property) ? property['description'] : undefined;
      const items = isJsonObject(property) ? property['items'] : undefined;
      return [
        name,
        ...(typeof description === 'string' ? [description] : []),
        ...textsOf(property, level + 1),
        ...textsOf(items, level + 1),
      ];
    });
}

function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
