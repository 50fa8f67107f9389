import { ApprovalSchema, create, timestampDate, type Approval } from '@switchyard/contracts';
import type { RunInDoubt } from '@switchyard/journal';
import { shorten } from '../shared/shorten.js';

/** Characters of JSON of the arguments that a list of several runs shows whole. */
const LISTED_ARGUMENTS = 1_000;
/** Characters of a summary. */
const LISTED_SUMMARY = 500;

/** The requests of a run that have not expired. @param whole the arguments are shown, however long */
export function approvalMessages({ runId, user, thread, requests }: RunInDoubt, now: Date, whole: boolean): Approval[] {
  return requests.flatMap(({ agent, time, body }) => {
    if (body.case !== 'approvalRequested') return [];
    const { callId, tool, summary, arguments: args = {}, expiresAt, askedBy, reason, effect, description } = body.value;
    if (expiresAt && timestampDate(expiresAt) <= now) return [];
    const shown = whole || JSON.stringify(args).length <= LISTED_ARGUMENTS;
    return create(ApprovalSchema, {
      ...{ runId, callId, agent, tool, user, thread, askedBy, reason, effect, description, shortened: !shown },
      summary: shorten(summary, LISTED_SUMMARY),
      ...(shown ? { arguments: args } : {}),
      ...(time ? { requestedAt: time } : {}),
      ...(expiresAt ? { expiresAt } : {}),
    });
  });
}
