import type { Turn } from './corpus.js';

export interface TestScope {
  tenant: string;
  user?: string;
}

/** A memory that was found: what it is, and what it rests on. */
export interface Hit {
  id: string;
  text: string;
  /** Itself, its evidence, and near-duplicates that it stands for. */
  standsFor: readonly string[];
}

/** What the benchmarks ask of a memory, whatever is behind it. */
export interface MemoryUnderTest {
  /** @returns ids of memories in the order of the turns; what was said before has its first id */
  recordEpisodes(scope: TestScope, conversation: string, turns: readonly Turn[]): Promise<string[]>;
  remember(scope: TestScope, text: string): Promise<{ id: string; count: number }>;
  recall(scope: TestScope, query: string, limit: number, asOf?: Date): Promise<Hit[]>;
  correct(tenant: string, id: string, text: string): Promise<void>;
  retract(tenant: string, ids: readonly string[]): Promise<void>;
  /** Resolves when every memory has its vector. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
