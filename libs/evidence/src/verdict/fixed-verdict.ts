import { studentTQuantile } from '../distributions/student-t.js';
import type { Estimate } from '../differences/estimate.js';
import { checkedOptions } from './check-options.js';
import type { VerdictOptions, VerdictReport } from './verdict.js';

/**
 * The verdict over a difference whose number of cases was decided before it was looked at: once, by t bounds with the degrees of
 * freedom of the estimate, so that few clusters are not taken for many cases. For a suite with clusters, or scores without bounds.
 * Asked for again and again while cases come in, it is wrong far oftener than alpha says: `SequentialVerdict` is for that.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function fixedVerdict(estimate: Estimate, options: VerdictOptions): VerdictReport {
  const { margin, tolerated, alpha } = checkedOptions(options);
  const { value: difference, standardError, freedom, cases } = estimate;
  const reach = studentTQuantile(1 - alpha, freedom) * standardError;
  const report = { difference, interval: { low: difference - reach, high: difference + reach }, cases };
  if (report.interval.low > -margin) return { verdict: 'PASS', ...report };
  if (report.interval.high < -tolerated) return { verdict: 'FAIL', ...report };
  // The nearer of both answers: from where the difference stands, above −margin or below −tolerated.
  const gap = Math.max(difference + margin, -tolerated - difference);
  // Standard errors shrink with the root of the cases. No gap, no number of cases.
  const moreCases = Math.max(1, Math.ceil(cases * ((reach / gap) ** 2 - 1)));
  const verdict = 'INCONCLUSIVE';
  return gap > 0 && moreCases < 1_000 * cases ? { verdict, ...report, moreCases } : { verdict, ...report };
}
