import type { Run } from '@switchyard/contracts';

const END_STATUSES: readonly string[] = ['completed', 'failed', 'cancelled'];

export function hasEnded(run: Pick<Run, 'status'>): boolean {
  return END_STATUSES.includes(run.status);
}
