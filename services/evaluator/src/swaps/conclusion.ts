import type { EvaluationComparison } from '@switchyard/contracts';
import type { Kind, WorseCase } from './swap.js';

export interface Concluded {
  kind: Kind;
  comparison: Pick<EvaluationComparison, 'verdict' | 'reasons'>;
  worse: readonly WorseCase[];
  /** Of the baseline's runs the share that failed outright. */
  baselineFailed: number;
}

/** Of a baseline that failed so often nothing is no worse: it was down, and not bad. */
const DOWN = 0.5;

/** Cases that a reason names. */
const NAMED = 3;

/** One verdict of all comparisons: FAIL where one fails, PASS where all pass. With what speaks for it, in words. */
export function conclusionOf(compared: readonly Concluded[]): { verdict: string; reason: string } {
  const verdicts = compared.map(({ comparison }) => comparison.verdict);
  const verdict = verdicts.includes('FAIL')
    ? 'FAIL'
    : verdicts.every((each) => each === 'PASS')
      ? 'PASS'
      : 'INCONCLUSIVE';
  const down = compared.find(({ baselineFailed }) => baselineFailed > DOWN);
  if (verdict !== 'FAIL' && down)
    return {
      verdict: 'INCONCLUSIVE',
      reason: `${(100 * down.baselineFailed).toFixed(0)} % of the baseline's runs failed: what is not worse than that proves nothing. See why they failed, and swap again.`,
    };
  const telling = compared.filter(({ comparison }) => comparison.verdict === verdict);
  return { verdict, reason: telling.flatMap((each) => reasonsOf(each, verdict)).join(' ') };
}

function reasonsOf({ kind, comparison, worse }: Concluded, verdict: string): string[] {
  const reasons = kind === 'replay' ? comparison.reasons.map((reason) => `Replayed: ${reason}`) : comparison.reasons;
  if (verdict !== 'FAIL' || worse.length === 0) return [...reasons];
  const named = worse.slice(0, NAMED).map(({ caseId, scorer, baseline, candidate }) => {
    return `${caseId} (${scorer} ${baseline.toFixed(2)} → ${candidate.toFixed(2)})`;
  });
  return [...reasons, `Worst: ${named.join(', ')}.`];
}
