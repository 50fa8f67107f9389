import { create, DecisionMadeSchema, type DecisionMade } from '@switchyard/contracts';
import type { DecisionMade as Stored } from '@switchyard/journal';
import { shorten } from '../shared/shorten.js';

const LISTED_SUMMARY = 500;

/** A decision as it is shown; undefined of an entry that is none. */
export function decisionMessage({ runId, agent, resolved, requested }: Stored): DecisionMade | undefined {
  if (resolved.body.case !== 'approvalResolved') return undefined;
  const { callId, decision, by, reason } = resolved.body.value;
  const asked = requested?.body.case === 'approvalRequested' ? requested.body.value : undefined;
  return create(DecisionMadeSchema, {
    ...{ runId, callId, agent, decision, by, reason },
    tool: asked?.tool ?? '',
    summary: shorten(asked?.summary ?? '', LISTED_SUMMARY),
    askedBy: asked?.askedBy ?? '',
    ...(resolved.time ? { time: resolved.time } : {}),
  });
}
