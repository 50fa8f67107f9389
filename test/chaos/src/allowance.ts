import type { JsonObject } from '@switchyard/contracts';
import type { Api } from './api.js';

/** The agent that may use so little that it soon may do nothing more. */
export const FRUGAL = 'program-frugal';
/** Each turn of the model uses 15, and sets aside some hundreds until it has answered. */
const TOKENS = 3_000;

/** What became of the budget of an agent. */
export interface AllowanceSeen {
  limit: number;
  spent: number;
  /** Set aside and not settled. */
  reserved: number;
}

/** Gives the frugal agent its budget. */
export async function giveAllowance(api: Api): Promise<void> {
  const { status, body } = await api.post('/v1/budgets', { agent: FRUGAL, per: 'total', tokens: TOKENS });
  if (status >= 300) throw new Error(`no budget: ${JSON.stringify(body)}`);
}

export async function seeAllowance(api: Api): Promise<AllowanceSeen> {
  const { body } = await api.get('/v1/budgets');
  const budget = ((body['budgets'] ?? []) as JsonObject[]).find(({ agent }) => agent === FRUGAL);
  const figure = (name: string): number => Number(budget?.[name] ?? 0);
  return { limit: figure('tokens'), spent: figure('spent_tokens'), reserved: figure('reserved_tokens') };
}
