import { casesToFind, casesToTellShares, deviationOfPairs, MeanTest } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';

/** Looks at each series of equal configurations: far more cases than anybody would pay for. */
const UNLIMITED = 5_000;
export const REGRESSION = 0.05;
const ALPHA = 0.05;
/** As many series more for the share that is held against 5 %: of 1,000 it would be off by 0.7 points. */
const MORE_OF_REFERENCE = 4;

export interface VerdictDesign {
  /** The share of cases that the baseline gets right. */
  baseline: number;
  /** The share of cases of which one configuration is right and the other is not. */
  discordance: number;
}

export interface VerdictFigures extends VerdictDesign {
  /** How alike the scores of a case are, with the regression. */
  correlation: number;
  /** Cases of a fixed-size test that finds the regression with 80 %: of different cases a configuration, and of pairs. */
  fixedUnpaired: number;
  fixedPaired: number;
  /** The share of series of equal configurations with a FAIL at any of the looks. */
  falseFail: number;
  /** The share of series with the regression with a FAIL within half of `fixedUnpaired` pairs. */
  foundWithinHalf: number;
  /** Pairs until the FAIL on average; a series without one counts with half of `fixedUnpaired`. */
  pairsUntilFail: number;
}

/** The design that the figures of the last line are of: a change of version or prompt, of which one case in ten goes otherwise. */
export const REFERENCE_DESIGN: VerdictDesign = { baseline: 0.8, discordance: 0.1 };
export const DESIGNS: readonly VerdictDesign[] = [0.7, 0.8, 0.9].flatMap((baseline) =>
  [0.07, 0.1, 0.12, 0.15, 0.2].map((discordance) => ({ baseline, discordance })),
);

/** What is looked at after every pair, against what is looked at once. One side, 5 %. */
export function measureVerdicts(series: number, seed: number): VerdictFigures[] {
  const falseFails = new Map<number, number>();
  return DESIGNS.map((design, index) => {
    const { baseline, discordance } = design;
    // Equal configurations differ in how often their scores do, not in how good they are.
    const falseFail = falseFails.get(discordance) ?? falseFailOf(discordance, seriesOf(design, series), seed + index);
    falseFails.set(discordance, falseFail);
    const fixedUnpaired = Math.ceil(casesToTellShares(baseline, baseline - REGRESSION));
    const fixedPaired = Math.ceil(casesToFind(REGRESSION, deviationOfPairs(discordance, REGRESSION)));
    const half = Math.floor(fixedUnpaired / 2);
    return {
      ...design,
      correlation: correlationOf(design),
      fixedUnpaired,
      fixedPaired,
      falseFail,
      ...regressions(discordance, half, series, seed + 1_000 + index),
    };
  });
}

function seriesOf({ discordance }: VerdictDesign, series: number): number {
  return discordance === REFERENCE_DESIGN.discordance ? series * MORE_OF_REFERENCE : series;
}

function falseFailOf(discordance: number, series: number, seed: number): number {
  const random = seededNumbers(seed);
  let fails = 0;
  for (let index = 0; index < series; index++)
    if (pairsUntilFail(random, discordance, 0, UNLIMITED) <= UNLIMITED) fails++;
  return fails / series;
}

function regressions(
  discordance: number,
  half: number,
  series: number,
  seed: number,
): Pick<VerdictFigures, 'foundWithinHalf' | 'pairsUntilFail'> {
  const random = seededNumbers(seed);
  let [found, pairs] = [0, 0];
  for (let index = 0; index < series; index++) {
    const until = pairsUntilFail(random, discordance, REGRESSION, half);
    if (until <= half) found++;
    pairs += Math.min(until, half);
  }
  return { foundWithinHalf: found / series, pairsUntilFail: pairs / series };
}

/** The half of `SequentialVerdict` that says FAIL, so that no PASS ends the looking. Infinity where there was none. */
function pairsUntilFail(random: () => number, discordance: number, regression: number, most: number): number {
  const test = new MeanTest({ low: -1, mean: 0, side: 'below' });
  const worse = (discordance + regression) / 2;
  for (let pair = 1; pair <= most; pair++) {
    const part = random();
    test.add(part < worse ? -1 : part < discordance ? 1 : 0);
    if (test.refutedAt(ALPHA)) return pair;
  }
  return Infinity;
}

function correlationOf({ baseline, discordance }: VerdictDesign): number {
  const candidate = baseline - REGRESSION;
  const bothRight = baseline - (discordance + REGRESSION) / 2;
  const deviations = Math.sqrt(baseline * (1 - baseline) * candidate * (1 - candidate));
  return (bothRight - baseline * candidate) / deviations;
}
