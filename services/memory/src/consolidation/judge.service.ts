import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { create, RecallRequestSchema, type Scope } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { Embedder } from '../embedding/embedder.js';
import { isRefusal } from '../embedding/embedder-error.js';
import { EMBEDDER } from '../embedding/embedding-tokens.js';
import { asTenant } from '../persistence/as-tenant.js';
import { RecallService } from '../recall/recall.service.js';
import { SEMANTICS, type Semantics } from '../semantics.js';
import type { VectorQuery } from '../vectors/vector-index.js';
import { semanticsWith } from './draft-semantics.js';
import { hides, type Question } from './questions.js';

/** As an agent recalls where its definition says nothing else: hits, and tokens of all of them together. */
const LIMIT = 8;
const BUDGET_TOKENS = 1_500;

/** Ids of what a question found, in their order, by the place of the question. */
type Found = string[][];

/** What a summary is judged by. */
export interface Trial {
  questions: readonly Question[];
  /** What would be found if there were no summaries. */
  without: Found;
  /** What the summary will be near to; undefined: nothing, for words alone decide, or the embedder refuses its text. */
  vector: VectorQuery | undefined;
}

/** Asks the held-out questions. */
@Injectable()
export class JudgeService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RecallService) private readonly recalls: RecallService,
    @Inject(SEMANTICS) private readonly semantics: Semantics,
    @Inject(EMBEDDER) private readonly embedder: Embedder | undefined,
  ) {}

  /**
   * Asks before the summary is there.
   *
   * @throws SwitchyardError `memory.embedder.…` where its vector cannot be had: what cannot be judged is not kept
   */
  async prepare(scope: Scope, text: string, questions: readonly Question[]): Promise<Trial> {
    const without = await each(questions, (query) =>
      asTenant(this.dataSource, scope.tenant, (manager) =>
        this.ask(manager, scope, query, ['episode', 'fact'], this.semantics),
      ),
    );
    return { questions, without, vector: await this.vectorOf(text) };
  }

  /** Asks again in the transaction as the tenant that has written the summary: whether it hides something. */
  async hidesWithin(
    manager: EntityManager,
    scope: Scope,
    summary: string,
    { questions, without, vector }: Trial,
  ): Promise<boolean> {
    const [row] = await sql<{ doc: string }>(manager, 'SELECT doc FROM memory.memories WHERE id = $1', [summary]);
    const semantics = row && vector ? semanticsWith(this.semantics, { doc: row.doc, vector }) : this.semantics;
    const found = await each(questions, (query) => this.ask(manager, scope, query, [], semantics));
    return hides(summary, questions, { without, with: found });
  }

  private async vectorOf(text: string): Promise<VectorQuery | undefined> {
    if (!this.embedder) return undefined;
    try {
      const [vector] = await this.embedder.embed([text]);
      return vector && { embedder: this.embedder.version, vector };
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }

  private async ask(
    manager: EntityManager,
    scope: Scope,
    query: string,
    kinds: readonly string[],
    semantics: Semantics,
  ): Promise<string[]> {
    const request = create(RecallRequestSchema, {
      scope,
      query,
      kinds: [...kinds],
      limit: LIMIT,
      budgetTokens: BUDGET_TOKENS,
    });
    const memories = await this.recalls.recallWithin(manager, request, semantics);
    return memories.flatMap(({ memory }) => memory?.id ?? []);
  }
}

/** Several ask the same in the same words: once is enough. */
async function each(questions: readonly Question[], ask: (query: string) => Promise<string[]>): Promise<Found> {
  const found = new Map<string, string[]>();
  for (const query of new Set(questions.map((question) => question.query))) found.set(query, await ask(query));
  return questions.map(({ query }) => found.get(query) ?? []);
}
