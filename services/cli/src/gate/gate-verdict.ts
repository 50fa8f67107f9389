import type { Evaluation, EvaluationComparison } from '@switchyard/contracts';

export interface GateVerdict {
  verdict: 'PASS' | 'FAIL' | 'INCONCLUSIVE';
  /** Why, what weighs most first. */
  reasons: string[];
  evaluation: Evaluation;
  /** Absent where there is no baseline. */
  comparison: EvaluationComparison | undefined;
}

/** What the gate says, from what was compared; without a baseline every score of every case must pass. */
export function gateVerdict(evaluation: Evaluation, comparison: EvaluationComparison | undefined): GateVerdict {
  if (comparison === undefined) return { ...withoutBaseline(evaluation), evaluation, comparison };
  const { verdict, reasons } = comparison;
  const known = verdict === 'PASS' || verdict === 'FAIL' ? verdict : 'INCONCLUSIVE';
  return { verdict: known, reasons: [...reasons], evaluation, comparison };
}

/** Scorers by judges that nobody has held against people's labels: they are told of, and decide nothing. */
export function uncheckedScorers({ summary }: Evaluation): Set<string> {
  return new Set(summary.filter(({ uncalibrated }) => uncalibrated > 0).map(({ scorer }) => scorer));
}

function withoutBaseline(evaluation: Evaluation): Pick<GateVerdict, 'verdict' | 'reasons'> {
  const unchecked = uncheckedScorers(evaluation);
  const { results, status, done, total, criticalFailures } = evaluation;
  const failed = results.filter(
    (result) =>
      result.status === 'failed' || result.scores.some(({ scorer, passed }) => !passed && !unchecked.has(scorer)),
  );
  if (failed.length > 0) {
    const critical = failed.map(({ caseId }) => caseId).filter((id) => criticalFailures.includes(id));
    const also = critical.length > 0 ? ` Critical: ${[...new Set(critical)].join(', ')}.` : '';
    return { verdict: 'FAIL', reasons: [`${failed.length} of ${results.length} runs did not pass.${also}`] };
  }
  if (status !== 'completed')
    return { verdict: 'INCONCLUSIVE', reasons: [`The evaluation is ${status}: ${done} of ${total} runs are done.`] };
  if (!results.some(({ scores }) => scores.some(({ scorer }) => !unchecked.has(scorer))))
    return {
      verdict: 'INCONCLUSIVE',
      reasons: ["No scorer may decide: no judge is calibrated against people's labels."],
    };
  return { verdict: 'PASS', reasons: [`Every score of all ${results.length} runs passed.`] };
}
