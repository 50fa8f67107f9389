import type { ComparedCase, ComparedRun } from './compared-case.js';

export interface CriticalCase {
  caseId: string;
  passedBefore: boolean;
  repeat: number;
  /** Empty where the run itself failed. */
  scorer: string;
  reason: string;
}

/**
 * Critical cases of the candidate of which a run does not pass, each by the first that does not. That it did not pass before
 * either is no excuse: to mark a case as critical is to say that nothing may go out with it broken, and a baseline that was let through
 * would otherwise hide it for good. What the baseline did is told beside it.
 *
 * @param counts scorers that may decide at all
 */
export function criticalFailures(
  candidate: readonly ComparedCase[],
  baseline: readonly ComparedCase[],
  counts: ReadonlySet<string>,
): CriticalCase[] {
  const before = new Map(baseline.map((each) => [each.id, each]));
  return candidate
    .filter(({ critical }) => critical)
    .flatMap(({ id, runs }) => {
      const failure = runs.map((run) => failureOf(run, counts)).find((found) => found !== undefined);
      const earlier = before.get(id)?.runs ?? [];
      const passedBefore = earlier.length > 0 && earlier.every((run) => failureOf(run, counts) === undefined);
      return failure ? [{ caseId: id, passedBefore, ...failure }] : [];
    });
}

function failureOf({ repeat, failed, error, scores }: ComparedRun, counts: ReadonlySet<string>) {
  if (failed) return { repeat, scorer: '', reason: error };
  const score = scores.find(({ scorer, passed }) => counts.has(scorer) && !passed);
  return score && { repeat, scorer: score.scorer, reason: score.reason };
}
