import { timestampDate, type Run } from '@switchyard/contracts';
import { dim } from './style.js';

/** What a run waits for, and what its user can do about it; no lines where it does not wait. */
export function waitText({ runId, wait }: Run): string[] {
  if (!wait) return [];
  const until = wait.until ? `, until ${timestampDate(wait.until).toISOString()} at the latest` : '';
  const [call = ''] = wait.callIds;
  const hints: Readonly<Record<string, string>> = {
    approval: `switchyard approvals show ${runId}`,
    input: `switchyard runs send ${runId} "…" --call ${call}`,
  };
  const hint = hints[wait.reason];
  return [
    `waits for      ${wait.reason} (${wait.callIds.join(', ')})${until}`,
    ...(hint ? [`               ${dim(hint)}`] : []),
  ];
}
