import type { Swap } from '@switchyard/contracts';
import { bar } from '../output/progress.js';

/** How far a swap is, in one line. */
export function swapProgress({ status, evaluations, rollout }: Swap): string {
  if (status !== 'evaluating') return `${status.replace('_', ' ')}${status === 'watching' ? ` ${rollout}` : ''}`;
  const running = evaluations.filter(({ reused }) => !reused);
  const done = running.reduce((sum, each) => sum + each.done, 0);
  const total = running.reduce((sum, each) => sum + each.total, 0);
  return `evaluating ${bar(done, total)} runs`;
}

/** Whether nothing happens any more without somebody. */
export function isSettled({ endedAt, status, plan, approvedBy }: Swap): boolean {
  return endedAt !== undefined || (status === 'certified' && plan?.approve === true && approvedBy === '');
}
