import type { JudgeRecord } from '@switchyard/contracts';
import { harmless } from '../output/style.js';
import { table } from '../output/table.js';

/** Judges, each with its agreement with people on runs that they found right and wrong. */
export function judgesText(judges: readonly JudgeRecord[]): string {
  if (judges.length === 0) return 'No model has judged yet.';
  return table(
    ['SCORER', 'JUDGE', 'CONFIGURATION', 'STANDARD', 'SCORES', 'AGREES ON RIGHT', 'AGREES ON WRONG', 'CALIBRATED'],
    judges.map(({ scorer, agent, configuration, standard, scores, right, wrong, calibrated }) => [
      harmless(scorer),
      agent,
      shortened(configuration),
      shortened(standard),
      String(scores),
      agreement(right),
      agreement(wrong),
      calibrated ? 'yes' : 'no',
    ]),
  );
}

function agreement(label: JudgeRecord['right']): string {
  if (label === undefined || label.cases === 0) return '–';
  return `${label.agreed}/${label.cases} (${label.low.toFixed(2)} to ${label.high.toFixed(2)})`;
}

function shortened(fingerprint: string): string {
  return fingerprint.replace('sha256:', '').slice(0, 12);
}
