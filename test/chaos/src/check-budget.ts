import type { Outcome, RunSeen } from './outcome.js';
import type { Say } from './violation.js';

/** A limit is never exceeded by more than what one turn sets aside, whatever its run called at once. Pure. */
export function checkBudget({ scenario, runs }: Outcome, say: Say): void {
  const { tokens: limit } = scenario;
  if (limit === undefined) return;
  let charged = 0;
  let most = 0;
  for (const run of runs) {
    const { settled, open, largest } = chargesOf(run);
    charged += settled + open;
    most = Math.max(most, largest);
  }
  if (charged >= limit + most)
    say('wrong', `${charged} tokens are charged to a limit of ${limit}, and one turn sets aside ${most} at most`);
  for (const { runId, run } of runs) {
    const { code, details } = (run.error ?? {}) as { code?: string; details?: { spent?: number; reserved?: number } };
    if (code !== 'budget.exhausted') continue;
    const { spent = 0, reserved = 0 } = details ?? {};
    if (spent + reserved < limit)
      say('wrong', `${runId} ended for its budget of ${limit} of which ${spent} were spent and ${reserved} set aside`);
  }
}

/** What is charged to the run itself: what was settled, and what was set aside and never settled. */
function chargesOf({ journal }: RunSeen): { settled: number; open: number; largest: number } {
  let settled = 0;
  let open = 0;
  let largest = 0;
  for (const { type, tokens = 0 } of journal) {
    if (type === 'BudgetReserved') {
      open = tokens;
      largest = Math.max(largest, tokens);
    }
    if (type !== 'BudgetSettled') continue;
    settled += tokens;
    open = 0;
  }
  return { settled, open, largest };
}
