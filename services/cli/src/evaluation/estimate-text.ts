import type { EvaluationEstimate } from '@switchyard/contracts';
import { cost, count, duration } from '../output/format.js';

/** What an evaluation will take, in one line. */
export function estimateText(estimate: EvaluationEstimate): string {
  const { runs, recorded, costUsd, costLow, costHigh, p50DurationMs, p95DurationMs, basis } = estimate;
  if (recorded === 0) return `${count(runs, 'run')}; what they cost is not known: ${basis}`;
  return [
    count(runs, 'run'),
    `about ${cost(costUsd)} (95 %: ${cost(costLow)} to ${cost(costHigh)})`,
    `a run takes ${duration(p50DurationMs)}, 95 % of them ${duration(p95DurationMs)} at most`,
    `by ${basis}`,
  ].join('; ');
}
