import { studentTQuantile } from '../distributions/student-t.js';
import type { Estimate } from '../differences/estimate.js';
import { checkedOptions } from './check-options.js';
import type { VerdictOptions, VerdictReport } from './verdict.js';

/**
 * The verdict over a difference whose number of cases was decided before it was looked at: once, by t bounds with the degrees of
 * freedom of the estimate, so that few clusters are not taken for many cases. For scores from 0 to 1, and above all for suites with clusters.
 * Asked for again and again while cases come in, it is wrong far oftener than alpha says: `SequentialVerdict` is for that.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function fixedVerdict(estimate: Estimate, options: VerdictOptions): VerdictReport {
  const { margin, tolerated, alpha } = checkedOptions(options);
  const { value: difference, standardError, freedom, cases, clusters } = estimate;
  const spread = studentTQuantile(1 - alpha, freedom) * standardError;
  // Where no case differed, the spread is 0 and proves nothing: as many as 3 in n may, unseen (the rule of three; Hanley and
  // Lippman-Hand, JAMA 249, 1983).
  const unseen = -Math.log(alpha) / clusters;
  const reach = Math.max(spread, unseen);
  const report = { difference, interval: { low: difference - reach, high: difference + reach }, cases };
  if (report.interval.low > -margin) return { verdict: 'PASS', ...report };
  if (report.interval.high < -tolerated) return { verdict: 'FAIL', ...report };
  // The nearer of both answers: from where the difference stands, above −margin or below −tolerated.
  const gap = Math.max(difference + margin, -tolerated - difference);
  // Standard errors shrink with the root of the cases, what is unseen with their number. No gap, no number of cases.
  const times = Math.max((spread / gap) ** 2, unseen / gap);
  const moreCases = Math.max(1, Math.ceil(cases * (times - 1)));
  const verdict = 'INCONCLUSIVE';
  return gap > 0 && moreCases < 1_000 * cases ? { verdict, ...report, moreCases } : { verdict, ...report };
}
