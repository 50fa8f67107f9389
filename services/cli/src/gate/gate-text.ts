import { proofText, verdictColour } from '../evaluation/comparison-text.js';
import { evaluationText } from '../evaluation/evaluation-text.js';
import { bold, harmless } from '../output/style.js';
import type { GateVerdict } from './gate-verdict.js';

/** What the gate found, its verdict last: that is where a log is read first. */
export function gateText({ verdict, reasons, evaluation, comparison }: GateVerdict): string {
  const conclusion = [
    `${bold('Gate')}: ${verdictColour(verdict)}`,
    ...reasons.map((reason) => `  ${harmless(reason)}`),
    ...(verdict === 'INCONCLUSIVE'
      ? ['  Neither proven worse nor proven good enough: see the guide, docs/guides/evaluate.md.']
      : []),
  ];
  const proof = comparison
    ? proofText(comparison)
    : 'There was no baseline to compare with: every score of every case must pass.';
  return [evaluationText(evaluation), '', proof, '', ...conclusion].join('\n');
}
