import { contentAddress, StartRolloutRequestSchema, toWire, type StartRolloutRequest } from '@switchyard/contracts';
import { invalid, readGuardrails, type ReadGuardrail } from './read-guardrails.js';

/** Of new runs. */
const USUAL_SHARE = 0.1;
/** Runs: what Postgres' integer holds. */
const MAX_PROMOTE_AFTER = 2_147_483_647;
/** What says who asks for which rollout, and not what it is. */
const IDENTITY = ['tenant', 'actor', 'idempotency_key'];

/** A rollout that may be started, but for its versions. */
export interface ReadRollout {
  tenant: string;
  agent: string;
  share: number;
  /** thread, user, run. */
  sticky: string;
  guardrails: ReadGuardrail[];
  promoteAfter: number;
  swap: string;
  key: string | null;
  /** Over what is asked for. */
  fingerprint: string;
  actor: string;
}

/** Nobody can type them, and Postgres' text has no NUL. */
const CONTROL = /[\u0000-\u001f\u007f]/;

/** @throws SwitchyardError `rollout.invalid` */
export function readRollout(request: StartRolloutRequest): ReadRollout {
  const { tenant, agent, promoteAfter, swap } = request;
  if (CONTROL.test(request.idempotencyKey)) throw invalid('idempotency_key', 'its key has a control character');
  if (promoteAfter > MAX_PROMOTE_AFTER)
    throw invalid('promote_after', `promote_after is ${promoteAfter}; it may be at most ${MAX_PROMOTE_AFTER}`);
  const content = Object.entries(toWire(StartRolloutRequestSchema, request)).filter(
    ([field]) => !IDENTITY.includes(field),
  );
  return {
    ...{ tenant, agent, promoteAfter, swap },
    share: readShare(request.share === 0 ? USUAL_SHARE : request.share),
    sticky: request.sticky || 'thread',
    guardrails: readGuardrails(request.guardrails),
    key: request.idempotencyKey || null,
    fingerprint: contentAddress(Object.fromEntries(content)),
    actor: request.actor || 'user',
  };
}

/** @throws SwitchyardError `rollout.invalid` */
export function readShare(share: number): number {
  if (share > 0 && share <= 1) return share;
  throw invalid('share', `its share is ${share}; it may be more than 0 and at most 1, as 0.1 for a tenth of new runs`);
}
