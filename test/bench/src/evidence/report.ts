import { DROP, EXPOSURES, REFERENCE_CANARY, type CanaryFigures } from './measure-canary.js';
import { REFERENCE_DESIGN, REGRESSION, type VerdictFigures } from './measure-verdicts.js';
import type { MmluFigures } from './mmlu/measure-mmlu.js';

export interface EvidenceFigures {
  /** The share of equal configurations that a test made for one look calls different, looked at again and again. */
  peeking?: number;
  verdicts?: VerdictFigures[];
  canary?: CanaryFigures[];
  mmlu?: MmluFigures;
  /** The share of 95 % bands of survival curves that hold the curve that was simulated. */
  survivalBandCoverage?: number;
}

/** Tables for people, and at last one line of JSON. */
export function reportEvidence(figures: EvidenceFigures, json: boolean): void {
  const { peeking, verdicts, canary, mmlu, survivalBandCoverage } = figures;
  if (!json) {
    if (peeking !== undefined)
      console.log(
        `A test for one look, looked at a hundred times: false alarm in ${share(peeking)} of series instead of 5`,
      );
    if (verdicts) printVerdicts(verdicts);
    if (canary) printCanary(canary);
    if (mmlu) printMmlu(mmlu);
  }
  const verdict = verdicts?.find(
    ({ baseline, discordance }) =>
      baseline === REFERENCE_DESIGN.baseline && discordance === REFERENCE_DESIGN.discordance,
  );
  const guard = canary?.find(
    ({ baseline, share }) => baseline === REFERENCE_CANARY.baseline && share === REFERENCE_CANARY.share,
  );
  console.log(
    JSON.stringify({
      peeking: peeking ?? null,
      false_fail: verdict?.falseFail ?? null,
      found_within_half: verdict?.foundWithinHalf ?? null,
      rollback_within_300: guard?.rollback ?? null,
      aa_rollback: guard?.falseRollback ?? null,
      survival_band_coverage: survivalBandCoverage ?? null,
      mmlu: mmlu ?? null,
      designs: { verdict: REFERENCE_DESIGN, canary: REFERENCE_CANARY },
      verdicts,
      canary,
    }),
  );
}

function printVerdicts(verdicts: readonly VerdictFigures[]): void {
  console.log(`\nVerdicts looked at after every pair: a regression of ${100 * REGRESSION} points, alpha 5 %, one side`);
  console.log(
    'baseline  pairs that differ  correlation  fixed size (unpaired, paired)  false FAIL  found within half  pairs',
  );
  for (const row of verdicts)
    console.log(
      [
        share(row.baseline).padStart(8),
        share(row.discordance).padStart(17),
        row.correlation.toFixed(2).padStart(11),
        `${row.fixedUnpaired}, ${row.fixedPaired}`.padStart(29),
        share(row.falseFail).padStart(10),
        share(row.foundWithinHalf).padStart(17),
        row.pairsUntilFail.toFixed(0).padStart(5),
      ].join('  '),
    );
}

function printCanary(canary: readonly CanaryFigures[]): void {
  console.log(`\nCanaries: a regression of ${100 * DROP} points, within ${EXPOSURES} exposures of the canary`);
  console.log(
    'share of traffic  baseline  rolled back  exposures  as good, rolled back  looks at any time alone: worse, as good, worse against a known rate',
  );
  for (const row of canary)
    console.log(
      [
        share(row.share).padStart(16),
        share(row.baseline).padStart(8),
        share(row.rollback).padStart(11),
        row.exposures.toFixed(0).padStart(9),
        share(row.falseRollback).padStart(20),
        `${share(row.rollbackAnytime)}, ${share(row.falseRollbackAnytime)}, ${share(row.rollbackKnown)}`.padStart(67),
      ].join('  '),
    );
}

function printMmlu({ questions, subjects, difference, unpaired, paired, clustered }: MmluFigures): void {
  console.log(`\nMMLU, ${questions} questions of ${subjects} subjects: ${difference.toFixed(2)} points better`);
  console.log(
    `  standard error ${unpaired.toFixed(3)} unpaired, ${paired.toFixed(3)} paired (published data: 0.39), ${clustered.toFixed(3)} clustered by subject (2.08)`,
  );
}

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
