import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { create, RecallRequestSchema, type Scope } from '@switchyard/contracts';
import { asTenant } from '../persistence/as-tenant.js';
import { RecallService } from '../recall.service.js';
import type { Question } from './questions.js';

/** As an agent recalls where its definition says nothing else: hits, and tokens of all of them together. */
const LIMIT = 8;
const BUDGET_TOKENS = 1_500;

/** Ids of what a question found, in their order, by the place of the question. */
export type Found = string[][];

/** Asks the held-out questions. */
@Injectable()
export class JudgeService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RecallService) private readonly recalls: RecallService,
  ) {}

  /** What would be found if there were no summaries. */
  without(scope: Scope, questions: readonly Question[]): Promise<Found> {
    return each(questions, (query) =>
      asTenant(this.dataSource, scope.tenant, (manager) => this.ask(manager, scope, query, ['episode', 'fact'])),
    );
  }

  /** What is found in a transaction as the tenant, with all that it has written. */
  within(manager: EntityManager, scope: Scope, questions: readonly Question[]): Promise<Found> {
    return each(questions, (query) => this.ask(manager, scope, query, []));
  }

  private async ask(manager: EntityManager, scope: Scope, query: string, kinds: readonly string[]): Promise<string[]> {
    const request = create(RecallRequestSchema, {
      scope,
      query,
      kinds: [...kinds],
      limit: LIMIT,
      budgetTokens: BUDGET_TOKENS,
    });
    const memories = await this.recalls.recallWithin(manager, request);
    return memories.flatMap(({ memory }) => memory?.id ?? []);
  }
}

/** Several ask the same in the same words: once is enough. */
async function each(questions: readonly Question[], ask: (query: string) => Promise<string[]>): Promise<Found> {
  const found = new Map<string, string[]>();
  for (const query of new Set(questions.map((question) => question.query))) found.set(query, await ask(query));
  return questions.map(({ query }) => found.get(query) ?? []);
}
