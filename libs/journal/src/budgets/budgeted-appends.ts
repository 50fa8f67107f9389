import { SwitchyardError } from '@switchyard/contracts';
import { GroupCommit, inTransaction, sql } from '@switchyard/persistence';
import type { DataSource, EntityManager } from 'typeorm';
import type { AppendItem } from '../store/append-statement.js';
import type { BudgetMoves } from './budget-moves.js';
import { lockBooks, writeBooks } from './budget-rows.js';
import { carryOut, type Books } from './books.js';
import { budgetExhausted } from './exhausted.js';
import { rootOfScope, runScope } from './scopes.js';

/** An append that moves budgets. */
export interface BudgetedAppend extends BudgetMoves {
  item: AppendItem;
}

/** How appends are written, each for itself; gives the ids of the runs whose fence held. */
export type WriteAppends = (manager: EntityManager, items: readonly AppendItem[]) => Promise<ReadonlySet<string>>;

type Outcome = PromiseSettledResult<void>;
const WRITTEN: Outcome = { status: 'fulfilled', value: undefined };

/** Root runs that are remembered to have their account. */
const MAX_KNOWN = 10_000;

/**
 * Appends that reserve or settle money: the entries and the accounts are one transaction, so that the one is never there
 * without the other. Gathered, since the accounts' locks let one transaction pass at a time anyway.
 */
export class BudgetedAppends {
  readonly #appends: GroupCommit<BudgetedAppend, void>;
  readonly #known = new Set<string>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly write: WriteAppends,
    private readonly conflict: (item: AppendItem) => SwitchyardError,
  ) {
    this.#appends = new GroupCommit<BudgetedAppend, void>({
      flush: (appends) => this.#flush(appends),
      maxItems: 64,
      maxInFlight: 1,
    });
  }

  /** @throws SwitchyardError `budget.exhausted`, `budget.missing` retryable, `journal.conflict`, `database.…` */
  async append(append: BudgetedAppend, manager?: EntityManager): Promise<void> {
    if (!manager) return this.#appends.submit(append);
    const [outcome] = await this.#carryOut(manager, [append]);
    if (outcome?.status === 'rejected') throw outcome.reason;
  }

  close(): Promise<void> {
    return this.#appends.close();
  }

  async #flush(appends: readonly BudgetedAppend[]): Promise<Outcome[]> {
    await this.#openRunAccounts(appends.flatMap(({ scopes }) => scopes));
    return inTransaction(this.dataSource, (manager) => this.#carryOut(manager, appends));
  }

  async #carryOut(manager: EntityManager, appends: readonly BudgetedAppend[]): Promise<Outcome[]> {
    const scopes = [...new Set(appends.flatMap((append) => append.scopes))].sort();
    const before = await lockBooks(manager, scopes, [...new Set(appends.map(({ item }) => item.runId))]);
    let books = before;
    const outcomes: Outcome[] = [];
    // One after the other: whether there is room for the next depends on whether this one's fence held.
    for (const append of appends) {
      const outcome = await this.#one(manager, books, append);
      if ('books' in outcome) books = outcome.books;
      outcomes.push('books' in outcome ? WRITTEN : { status: 'rejected', reason: outcome.error });
    }
    await writeBooks(manager, before, books);
    return outcomes;
  }

  async #one(
    manager: EntityManager,
    books: Books,
    { item, moves }: BudgetedAppend,
  ): Promise<{ books: Books } | { error: SwitchyardError }> {
    const missing = moves
      .flatMap((move) => (move.type === 'reserve' ? move.scopes : []))
      .find((scope) => rootOfScope(scope) !== undefined && !books.accounts.has(scope));
    if (missing !== undefined) {
      this.#known.delete(missing);
      return { error: missingAccount(missing) };
    }
    const carried = carryOut(books, item.runId, moves);
    if (!('books' in carried)) return { error: budgetExhausted(carried.exhausted, carried.unit) };
    const written = await this.write(manager, [item]);
    return written.has(item.runId) ? carried : { error: this.conflict(item) };
  }

  /**
   * A tree's account is opened when its first turn reserves: with the limits of its root, and with what it has spent. Not in
   * the transaction: two that open accounts while they hold others would wait crosswise.
   */
  async #openRunAccounts(scopes: readonly string[]): Promise<void> {
    const roots = new Set(scopes.flatMap((scope) => (this.#known.has(scope) ? [] : (rootOfScope(scope) ?? []))));
    if (roots.size === 0) return;
    await sql(
      this.dataSource,
      `INSERT INTO journal.budgets (scope, kind, tenant, agent, per, limit_usd, limit_tokens, spent_usd, spent_tokens,
         reserved_usd, reserved_tokens, period_start, updated_at)
       SELECT 'run:' || run_id, 'run', tenant, agent, 'total', coalesce((limits->>'costUsd')::float8, 0),
         coalesce((limits->>'tokens')::float8, 0), tree_cost_usd,
         coalesce((tree_usage->>'inputTokens')::float8 + (tree_usage->>'outputTokens')::float8, 0), 0, 0, created_at, now()
       FROM journal.runs WHERE run_id = ANY ($1::text[]) ORDER BY run_id
       ON CONFLICT (scope) DO NOTHING`,
      [[...roots]],
      { name: 'budgets_open_runs' },
    );
    if (this.#known.size + roots.size > MAX_KNOWN) this.#known.clear();
    for (const root of roots) this.#known.add(runScope(root));
  }
}

function missingAccount(scope: string): SwitchyardError {
  return new SwitchyardError(
    'budget.missing',
    `The account of ${scope} was closed meanwhile, or its run is not in the journal. Nothing was written; try again.`,
    { retryable: true, details: { scope } },
  );
}
