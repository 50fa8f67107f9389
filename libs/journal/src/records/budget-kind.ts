import { tableKind, type RecordKind } from '@switchyard/persistence';

/** What a tenant and its agents may spend, and have spent. What is set aside for a turn that goes on stays where it goes on. */
export const BUDGETS: RecordKind = tableKind({
  kind: 'budget',
  part: 'agents',
  table: 'journal.budgets',
  key: ['agent'],
  where: `t.kind <> 'run'`,
  leaveOut: {
    scope: `CASE WHEN r.agent = '' THEN 'tenant:' || $2 ELSE 'agent:' || $2 || '/' || r.agent END`,
    reserved_usd: '0',
    reserved_tokens: '0',
  },
  moving: ['spent_usd', 'spent_tokens', 'period_start', 'updated_at'],
  holds: { condition: `r.kind IN ('tenant', 'agent')`, otherwise: "it is neither a tenant's nor an agent's" },
});
