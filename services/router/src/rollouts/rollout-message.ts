import {
  create,
  fromStore,
  GuardrailSchema,
  RolloutSchema,
  timestampFromDate,
  type JsonObject,
  type Rollout,
} from '@switchyard/contracts';

/** A row of registry.rollouts. */
export interface RolloutRow {
  tenant: string;
  id: string;
  agent: string;
  baseline: string;
  candidate: string;
  share: number;
  sticky: string;
  guardrails: JsonObject[];
  promote_after: number;
  status: string;
  reason: string;
  guardrail: string;
  swap: string;
  fingerprint: string;
  started_by: string;
  started_at: Date;
  ended_by: string;
  ended_at: Date | null;
}

/** A rollout as the API shows it. */
export function rolloutMessage(row: RolloutRow): Rollout {
  const { tenant, id, agent, baseline, candidate, share, sticky, status, reason, guardrail, swap } = row;
  return create(RolloutSchema, {
    ...{ tenant, id, agent, baseline, candidate, share, sticky, status, reason, guardrail, swap },
    guardrails: row.guardrails.map((one) => fromStore(GuardrailSchema, one)),
    promoteAfter: row.promote_after,
    startedBy: row.started_by,
    startedAt: timestampFromDate(row.started_at),
    endedBy: row.ended_by,
    ...(row.ended_at === null ? {} : { endedAt: timestampFromDate(row.ended_at) }),
  });
}
