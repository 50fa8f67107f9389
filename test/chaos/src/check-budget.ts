import type { AllowanceSeen } from './allowance.js';
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
  checkCharged(charged, limit, most, say);
  for (const run of runs) checkExhausted(run, limit, say);
}

/**
 * The budget of an agent holds over all its runs, wherever they are; and nothing that may have been spent is forgotten. Pure.
 *
 * @param outcomes all programs of that agent; those that they called are other agents' runs
 */
export function checkAllowance(outcomes: readonly Outcome[], allowance: AllowanceSeen, say: Say): void {
  const { limit, spent, reserved } = allowance;
  let charged = 0;
  let most = 0;
  for (const { runs } of outcomes) {
    const [run] = runs;
    if (!run) continue;
    const { settled, open, largest } = chargesOf(run);
    charged += settled + open;
    most = Math.max(most, largest);
    checkExhausted(run, limit, say);
  }
  checkCharged(charged, limit, most, say);
  if (spent + reserved < charged)
    say(
      'lost',
      `${charged} tokens were charged, and the budget knows of ${spent} that were spent and ${reserved} set aside`,
    );
  if (spent + reserved > charged)
    say(
      'duplicated',
      `the budget counts ${spent} tokens as spent and ${reserved} as set aside, and ${charged} were charged`,
    );
}

function checkCharged(charged: number, limit: number, most: number, say: Say): void {
  if (charged >= limit + most)
    say('wrong', `${charged} tokens are charged to a limit of ${limit}, and one turn sets aside ${most} at most`);
}

/** Whoever ends for a budget found nothing left in it. */
function checkExhausted({ runId, run }: RunSeen, limit: number, say: Say): void {
  const { code, details } = (run.error ?? {}) as { code?: string; details?: { spent?: number; reserved?: number } };
  if (code !== 'budget.exhausted') return;
  const { spent = 0, reserved = 0 } = details ?? {};
  if (spent + reserved < limit)
    say('wrong', `${runId} ended for a budget of ${limit} of which ${spent} were spent and ${reserved} set aside`);
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
