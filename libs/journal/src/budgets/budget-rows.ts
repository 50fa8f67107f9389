import { sql } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';
import { BUDGET_PERIODS, rolledOver, type Account, type BudgetPeriod } from './account.js';
import type { Books, Reservation } from './books.js';

/** A row of journal.budgets, with when the period of now began. */
export interface BudgetRow {
  scope: string;
  tenant: string;
  agent: string;
  per: string;
  limit_usd: number;
  limit_tokens: number;
  spent_usd: number;
  spent_tokens: number;
  reserved_usd: number;
  reserved_tokens: number;
  period_start: Date;
  current_start: Date;
}

/** The database's clock, in UTC: one for all processes. */
export const currentStart = (per: string, otherwise: string): string =>
  `CASE WHEN ${per} = 'total' THEN ${otherwise} ELSE date_trunc(${per}, now(), 'UTC') END`;

export const BUDGET_COLUMNS = `scope, tenant, agent, per, limit_usd, limit_tokens, spent_usd, spent_tokens, reserved_usd,
  reserved_tokens, period_start, ${currentStart('per', 'period_start')} AS current_start`;

/** In the period of now. */
export function accountOf(row: BudgetRow): Account {
  const per = BUDGET_PERIODS.find((period): period is BudgetPeriod => period === row.per) ?? 'total';
  const account: Account = {
    scope: row.scope,
    per,
    limit: { usd: row.limit_usd, tokens: row.limit_tokens },
    spent: { usd: row.spent_usd, tokens: row.spent_tokens },
    reserved: { usd: row.reserved_usd, tokens: row.reserved_tokens },
    periodStart: row.period_start,
  };
  return rolledOver(account, row.current_start);
}

/**
 * Locks the accounts, by name, so that two transactions that meet in several do not wait crosswise; then the runs'
 * reservations. Whoever changes an account comes this way.
 */
export async function lockBooks(
  manager: EntityManager,
  scopes: readonly string[],
  runIds: readonly string[],
): Promise<Books> {
  const rows = await sql<BudgetRow>(
    manager,
    `SELECT ${BUDGET_COLUMNS} FROM journal.budgets WHERE scope = ANY ($1::text[]) ORDER BY scope FOR NO KEY UPDATE`,
    [[...scopes]],
    { name: 'budgets_lock' },
  );
  const open = await sql<{ run_id: string; turn: number; scopes: string[]; usd: number; tokens: number }>(
    manager,
    `SELECT run_id, turn, scopes, usd, tokens FROM journal.reservations WHERE run_id = ANY ($1::text[])
     ORDER BY run_id FOR UPDATE`,
    [[...runIds]],
    { name: 'reservations_lock' },
  );
  return {
    accounts: new Map(rows.map((row) => [row.scope, accountOf(row)])),
    open: new Map(
      open.map(({ run_id: runId, turn, scopes: of, usd, tokens }) => [
        runId,
        { runId, turn, scopes: of, amount: { usd, tokens } },
      ]),
    ),
  };
}

/** Writes what differs. */
export async function writeBooks(manager: EntityManager, before: Books, after: Books): Promise<void> {
  const changed = [...after.accounts.values()].filter((account) => before.accounts.get(account.scope) !== account);
  if (changed.length > 0) await updateAccounts(manager, changed);
  const gone = [...before.open].filter(([runId, was]) => after.open.get(runId) !== was).map(([runId]) => runId);
  if (gone.length > 0) {
    const text = 'DELETE FROM journal.reservations WHERE run_id = ANY ($1::text[])';
    await sql(manager, text, [gone], { name: 'reservations_delete' });
  }
  const made = [...after.open.values()].filter((reservation) => before.open.get(reservation.runId) !== reservation);
  if (made.length > 0) await insertReservations(manager, made);
}

async function updateAccounts(manager: EntityManager, accounts: readonly Account[]): Promise<void> {
  await sql(
    manager,
    `UPDATE journal.budgets b SET spent_usd = u.spent_usd, spent_tokens = u.spent_tokens, reserved_usd = u.reserved_usd,
       reserved_tokens = u.reserved_tokens, period_start = u.period_start, updated_at = now()
     FROM unnest($1::text[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::timestamptz[])
       AS u (scope, spent_usd, spent_tokens, reserved_usd, reserved_tokens, period_start)
     WHERE b.scope = u.scope`,
    [
      accounts.map(({ scope }) => scope),
      accounts.map(({ spent }) => spent.usd),
      accounts.map(({ spent }) => spent.tokens),
      accounts.map(({ reserved }) => reserved.usd),
      accounts.map(({ reserved }) => reserved.tokens),
      accounts.map(({ periodStart }) => periodStart),
    ],
    { name: 'budgets_update' },
  );
}

async function insertReservations(manager: EntityManager, made: readonly Reservation[]): Promise<void> {
  await sql(
    manager,
    `INSERT INTO journal.reservations (run_id, turn, scopes, usd, tokens, at)
     SELECT run_id, turn, ARRAY(SELECT jsonb_array_elements_text(scopes)), usd, tokens, now()
     FROM unnest($1::text[], $2::integer[], $3::jsonb[], $4::float8[], $5::float8[]) AS u (run_id, turn, scopes, usd, tokens)`,
    [
      made.map(({ runId }) => runId),
      made.map(({ turn }) => turn),
      made.map(({ scopes }) => JSON.stringify(scopes)),
      made.map(({ amount }) => amount.usd),
      made.map(({ amount }) => amount.tokens),
    ],
    { name: 'reservations_insert' },
  );
}
