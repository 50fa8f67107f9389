import { differenceFigure, figure, marginFigure } from './figure.js';
import type { Finding } from './finding.js';
import type { WatchedGuardrail } from './guardrail.js';

/** A guardrail with what it found. */
export interface Found {
  guardrail: WatchedGuardrail;
  finding: Finding;
}

export interface Decision {
  status: 'promoted' | 'rolled_back';
  /** In words, with the numbers. */
  reason: string;
  /** The guardrail that found harm; empty where none did. */
  guardrail: string;
}

/** Characters of a reason that the router takes. */
const MOST = 2_000;

/**
 * Ends a rollout, or does not: harm found by any guardrail rolls it back, the first one named; `promoteAfter` exposures of the candidate
 * without harm promote it. That no guardrail found harm is no proof of being as good: what 300 exposures cannot show is for a
 * certificate to show. A guardrail that heard too little to say anything is named in the reason.
 *
 * @param exposures of the candidate
 * @param promoteAfter 0: people promote it
 */
export function decide(found: readonly Found[], exposures: number, promoteAfter: number): Decision | undefined {
  const harm = found.find(({ finding }) => finding.verdict === 'harm');
  if (harm) return { status: 'rolled_back', guardrail: harm.guardrail.name, reason: harmReason(harm) };
  if (promoteAfter === 0 || exposures < promoteAfter) return undefined;
  const what = found.map(saidBy).join('; ');
  return {
    status: 'promoted',
    guardrail: '',
    reason: `${exposures} exposures of the candidate were compared and no guardrail found harm: ${what}.`.slice(
      0,
      MOST,
    ),
  };
}

function harmReason({ guardrail, finding }: Found): string {
  const { measure, margin, alpha } = guardrail;
  const allowed = margin > 0 ? `, and ${marginFigure(measure, margin)} are allowed` : '';
  return `${comparison({ guardrail, finding })}${allowed} (chance of a false alarm: ${(100 * alpha).toPrecision(2)} %).`;
}

function saidBy({ guardrail, finding }: Found): string {
  if (finding.verdict === 'waiting') return `${guardrail.name} has heard nothing of an arm`;
  const note = finding.note === '' ? '' : `, which ${finding.note}`;
  const proven = finding.verdict === 'no_worse' ? ', proven to be within the margin' : '';
  return `${comparison({ guardrail, finding })}${proven}${note}`;
}

function comparison({ guardrail: { name, measure }, finding: { candidate, baseline } }: Found): string {
  const arm = ({ mean, exposures }: Finding['candidate']) => `${figure(measure, mean)} over ${exposures}`;
  const difference = differenceFigure(measure, candidate.mean, baseline.mean);
  return `${name} of the candidate ${arm(candidate)}, of the baseline ${arm(baseline)}: ${difference}`;
}
