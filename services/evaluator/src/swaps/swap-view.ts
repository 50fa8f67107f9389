import {
  create,
  SwapSchema,
  timestampFromDate,
  type MessageInitShape,
  type SwapEvaluationSchema,
  type Swap as SwapMessage,
} from '@switchyard/contracts';
import type { EvaluationFact } from './next-act.js';
import type { PlannedEvaluation, Swap } from './swap.js';
import type { Progress } from './swap-record.repository.js';
import type { Step } from './swap.repository.js';

/** What is shown of a swap besides its row. */
export interface SwapDetails {
  evaluations: ReadonlyMap<string, EvaluationFact & Progress>;
  /** Absent in lists, which have no comparisons either. */
  steps?: readonly Step[];
}

/** A swap for the outside. */
export function swapView(swap: Swap, details?: SwapDetails): SwapMessage {
  const { id, tenant, agent, status, reason, baseline, candidate, plan, verdict, certificate, rollout, estimate } =
    swap;
  const standing = details?.evaluations ?? new Map<string, EvaluationFact & Progress>();
  const evaluations = swap.evaluations.map((each) => evaluationView(each, standing.get(each.id)));
  return create(SwapSchema, {
    ...{
      id,
      tenant,
      agent,
      status,
      reason: [reason, waitsFor(swap)].filter((part) => part !== '').join(' '),
      baseline,
      candidate,
      plan,
      verdict,
      certificate,
      rollout,
      estimate,
    },
    evaluations,
    costUsd: evaluations.reduce((sum, { reused, costUsd = 0 }) => sum + (reused ? 0 : costUsd), 0),
    comparisons: details?.steps ? swap.comparisons : [],
    steps: (details?.steps ?? []).map(({ at, ...step }, index) => ({
      ...step,
      position: index + 1,
      at: timestampFromDate(at),
    })),
    ...{ startedBy: swap.startedBy, startedAt: timestampFromDate(swap.startedAt), approvedBy: swap.approvedBy },
    ...(swap.endedAt ? { endedAt: timestampFromDate(swap.endedAt) } : {}),
    ...(swap.approvedAt ? { approvedAt: timestampFromDate(swap.approvedAt) } : {}),
  });
}

function evaluationView({ id, kind, role, reused }: PlannedEvaluation, fact: (EvaluationFact & Progress) | undefined) {
  const { status = 'planned', total = 0, done = 0, costUsd = 0 } = fact ?? {};
  return { id, kind, role, reused, status, total, done, costUsd } satisfies MessageInitShape<
    typeof SwapEvaluationSchema
  >;
}

function waitsFor({ status, plan, approvedBy, endedAt }: Swap): string {
  if (endedAt !== null) return '';
  if (status === 'watching')
    return plan.promoteAfter > 0
      ? `Its guardrails are watched; where none ends it, it is promoted after ${plan.promoteAfter} compared runs.`
      : 'Its guardrails are watched until a person promotes it.';
  return status === 'certified' && plan.approve && approvedBy === ''
    ? 'It waits for a person to approve the canary.'
    : '';
}
