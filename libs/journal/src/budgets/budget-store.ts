import { inTransaction, sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { periodEnd, type Account, type Amount, type BudgetPeriod } from './account.js';
import { accountOf, BUDGET_COLUMNS, currentStart, lockBooks, writeBooks, type BudgetRow } from './budget-rows.js';
import { carryOut } from './books.js';
import { agentScope, tenantScope } from './scopes.js';

/** Reservations and accounts that one sweep looks at. */
const BATCH = 500;
/** A tree's account is kept this long after its root ended: what was called may end a little later. */
const KEEP_RUN_MINUTES = 5;

/** Whose budget: a tenant's, or with `agent` one agent's. */
export interface BudgetOwner {
  tenant: string;
  /** Empty: the whole tenant. */
  agent: string;
}

export interface BudgetRecord extends BudgetOwner, Account {
  /** Undefined for `total`. */
  periodEnd: Date | undefined;
}

/** The budgets of tenants and agents, and what has to be put right behind runs that ended without a word. */
export class BudgetStore {
  constructor(private readonly dataSource: DataSource) {}

  /** New limits for what was spent so far; another period begins anew. */
  async set(owner: BudgetOwner, per: BudgetPeriod, limit: Amount): Promise<BudgetRecord> {
    const [row] = await sql<BudgetRow>(
      this.dataSource,
      `INSERT INTO journal.budgets AS b (scope, kind, tenant, agent, per, limit_usd, limit_tokens, spent_usd, spent_tokens,
         reserved_usd, reserved_tokens, period_start, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, ${currentStart('$5::text', 'now()')}, now())
       ON CONFLICT (scope) DO UPDATE SET per = excluded.per, limit_usd = excluded.limit_usd,
         limit_tokens = excluded.limit_tokens, updated_at = now(),
         spent_usd = CASE WHEN b.per = excluded.per THEN b.spent_usd ELSE 0 END,
         spent_tokens = CASE WHEN b.per = excluded.per THEN b.spent_tokens ELSE 0 END,
         period_start = CASE WHEN b.per = excluded.per THEN b.period_start ELSE excluded.period_start END
       RETURNING ${BUDGET_COLUMNS}`,
      [
        scopeOf(owner),
        owner.agent === '' ? 'tenant' : 'agent',
        owner.tenant,
        owner.agent,
        per,
        limit.usd,
        limit.tokens,
      ],
    );
    if (!row) throw new TypeError('INSERT … RETURNING gave no row');
    return recordOf(row);
  }

  /** The tenant's first, then by agent. */
  async list(tenant: string): Promise<BudgetRecord[]> {
    const rows = await sql<BudgetRow>(
      this.dataSource,
      `SELECT ${BUDGET_COLUMNS} FROM journal.budgets WHERE tenant = $1 AND kind <> 'run' ORDER BY agent`,
      [tenant],
    );
    return rows.map(recordOf);
  }

  /** False where there was none. Turns under way are settled without it. */
  remove(owner: BudgetOwner): Promise<boolean> {
    const scope = scopeOf(owner);
    return inTransaction(this.dataSource, async (manager) => {
      const rows = await sql(manager, 'DELETE FROM journal.budgets WHERE scope = $1 RETURNING scope', [scope]);
      // A budget that is set anew knows nothing of them.
      await sql(manager, 'UPDATE journal.reservations SET scopes = array_remove(scopes, $1) WHERE $1 = ANY (scopes)', [
        scope,
      ]);
      return rows.length > 0;
    });
  }

  /** Scopes of all budgets of tenants and agents. */
  async scopes(): Promise<string[]> {
    const rows = await sql<{ scope: string }>(
      this.dataSource,
      `SELECT scope FROM journal.budgets WHERE kind <> 'run'`,
      [],
      { name: 'budgets_scopes' },
    );
    return rows.map(({ scope }) => scope);
  }

  /**
   * Settles in full what ended runs have left open (an older version, or who could not read their journal, ended them), and
   * closes the accounts of trees that are done. Several processes may sweep at once.
   */
  async sweep(): Promise<{ settled: number; closed: number }> {
    const settled = await this.#settleEnded();
    const closed = await sql(
      this.dataSource,
      `DELETE FROM journal.budgets WHERE scope IN (
         SELECT b.scope FROM journal.budgets b LEFT JOIN journal.runs r ON r.run_id = substr(b.scope, 5)
         WHERE b.kind = 'run' AND b.reserved_usd = 0 AND b.reserved_tokens = 0
           AND b.updated_at < now() - interval '${KEEP_RUN_MINUTES} minutes'
           AND (r.run_id IS NULL OR r.ended_at < now() - interval '${KEEP_RUN_MINUTES} minutes')
         LIMIT ${BATCH}) AND reserved_usd = 0 AND reserved_tokens = 0 RETURNING scope`,
    );
    return { settled, closed: closed.length };
  }

  async #settleEnded(): Promise<number> {
    const left = await sql<{ run_id: string; scopes: string[] }>(
      this.dataSource,
      `SELECT v.run_id, v.scopes FROM journal.reservations v JOIN journal.runs r USING (run_id)
       WHERE r.ended_at IS NOT NULL LIMIT ${BATCH}`,
    );
    if (left.length === 0) return 0;
    const scopes = [...new Set(left.flatMap((reservation) => reservation.scopes))].sort();
    const runIds = left.map((reservation) => reservation.run_id);
    return inTransaction(this.dataSource, async (manager) => {
      const before = await lockBooks(manager, scopes, runIds);
      let books = before;
      for (const runId of before.open.keys()) {
        const carried = carryOut(books, runId, [{ type: 'settle', used: undefined }]);
        if ('books' in carried) books = carried.books;
      }
      await writeBooks(manager, before, books);
      return before.open.size;
    });
  }
}

function scopeOf({ tenant, agent }: BudgetOwner): string {
  return agent === '' ? tenantScope(tenant) : agentScope(tenant, agent);
}

function recordOf(row: BudgetRow): BudgetRecord {
  const account = accountOf(row);
  return { ...account, tenant: row.tenant, agent: row.agent, periodEnd: periodEnd(account) };
}
