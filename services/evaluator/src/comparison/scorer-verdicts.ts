import { fixedVerdict, holm, studentTCdf, type Estimate, type VerdictReport } from '@switchyard/evidence';

export interface VerdictSettings {
  margin: number;
  tolerated: number;
  alpha: number;
}

export interface ScorerVerdict extends VerdictReport {
  /** p-value of "worse than tolerated", adjusted. */
  pWorse: number;
}

/**
 * A verdict for each of several scorers of one evaluation, asked together: the cases were counted before anybody looked, so each is a
 * fixed-size test. FAIL is adjusted by Holm's method, because any one of them fails the whole, and of twenty scorers one in twenty
 * would by chance alone. PASS is not: all must pass, and what asks all is no more often wrong than the one that is (R. Berger,
 * Technometrics 24, 1982).
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function scorerVerdicts(estimates: readonly Estimate[], settings: VerdictSettings): ScorerVerdict[] {
  const values = estimates.map((estimate) => pOfWorse(estimate, settings.tolerated));
  const adjusted = holm(values);
  return estimates.map((estimate, index) => {
    const [p, pWorse] = [values[index] ?? 1, adjusted[index] ?? 1];
    const report = fixedVerdict(estimate, settings);
    if (report.verdict !== 'FAIL' || pWorse <= settings.alpha) return { ...report, pWorse };
    // By itself it would have failed. The alpha that is left to it says how many more cases would settle it.
    return { ...fixedVerdict(estimate, { ...settings, alpha: (settings.alpha * p) / pWorse }), pWorse };
  });
}

/** The alpha from which on `fixedVerdict` says FAIL: both of its bounds, turned round. */
function pOfWorse({ value, standardError, freedom, clusters }: Estimate, tolerated: number): number {
  const gap = -tolerated - value;
  if (!(gap > 0)) return 1;
  const bySpread = standardError > 0 ? 1 - studentTCdf(gap / standardError, freedom) : 0;
  return Math.max(bySpread, Math.exp(-gap * clusters));
}
