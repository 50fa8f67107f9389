import { SwitchyardError } from '@switchyard/contracts';
import { OutcomeInDoubt } from '../tools/outcome-in-doubt.js';

/** Characters of what a page says of an error: it is read by a model. */
const MAX_REASON = 1_000;

/** The call was begun, and its page is gone: nobody knows whether it took effect. */
export function pageLost(server: string, tool: string, why: string): OutcomeInDoubt {
  return new OutcomeInDoubt(
    'tool.disconnected',
    `The page of "${server}" ${why} while "${tool}" was called, and its answer is lost.`,
    { details: { server, tool } },
  );
}

/** The tool has run and failed, in the page's words. */
export function toolFailed(server: string, tool: string, why: string): SwitchyardError {
  const reason = why.trim().slice(0, MAX_REASON) || 'it said no more';
  return new SwitchyardError('tool.failed', `"${tool}" of the page failed: ${reason}`, { details: { server, tool } });
}

/** The page does not offer it, now and for this tenant. Nothing was called. */
export function notOffered(server: string, tool: string, where: readonly string[]): SwitchyardError {
  return new SwitchyardError(
    'tool.not_offered',
    `The page of "${server}" does not offer "${tool}" now: pages offer what fits what they show. It shows ${where.join(', ') || 'nothing'}. Use what it offers, or try again later.`,
    { retryable: true, details: { server, tool } },
  );
}

/** The page now offers another tool under this name than the one that was listed. Nothing was called. */
export function toolChanged(server: string, tool: string, what: string): SwitchyardError {
  return new SwitchyardError(
    'tool.changed',
    `The page of "${server}" has changed "${tool}" since it was listed: ${what}. It was not called. Look at it again: switchyard tools show ${server}_${tool}.`,
    { retryable: true, details: { server, tool } },
  );
}
