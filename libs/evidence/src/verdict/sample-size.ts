import { normalQuantile } from '../distributions/normal.js';
import { checkProbability, checkWithin, invalid } from '../invalid.js';

export interface PowerOptions {
  /** 5 % where absent. */
  alpha?: number;
  /** Chance to find what is looked for; 80 % where absent. */
  power?: number;
  /** 1: is it worse? 2: is it different? One side where absent, as verdicts ask. */
  sides?: 1 | 2;
}

/**
 * Cases (pairs) for a fixed-size test to find a mean difference. Where there are clusters, multiply by the design effect.
 *
 * @param standardDeviation of one case's difference
 * @throws SwitchyardError `evidence.invalid`
 */
export function casesToFind(difference: number, standardDeviation: number, options: PowerOptions = {}): number {
  checkWithin('The standard deviation', standardDeviation, 0, Number.MAX_VALUE);
  if (difference === 0)
    throw invalid('No number of cases finds a difference of 0. Give the smallest one that matters.');
  return ((quantiles(options) * standardDeviation) / difference) ** 2;
}

/**
 * The smallest mean difference that a fixed-size test of this many cases finds with the given power.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function minimumDetectableEffect(cases: number, standardDeviation: number, options: PowerOptions = {}): number {
  checkWithin('The standard deviation', standardDeviation, 0, Number.MAX_VALUE);
  checkWithin('The number of cases', cases, 1, Number.MAX_SAFE_INTEGER);
  return (quantiles(options) * standardDeviation) / Math.sqrt(cases);
}

/**
 * Cases of each of two groups for a fixed-size test to tell two shares apart (R's `power.prop.test`): what it takes without pairs.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function casesToTellShares(baseline: number, candidate: number, options: PowerOptions = {}): number {
  checkWithin('The share of the baseline', baseline, 0, 1);
  checkWithin('The share of the candidate', candidate, 0, 1);
  if (baseline === candidate) throw invalid('No number of cases tells equal shares apart. Give two that differ.');
  const { ofAlpha, ofPower } = eachQuantile(options);
  const both = (baseline + candidate) / 2;
  const pooled = Math.sqrt(2 * both * (1 - both));
  const apart = Math.sqrt(baseline * (1 - baseline) + candidate * (1 - candidate));
  return ((ofAlpha * pooled + ofPower * apart) / (baseline - candidate)) ** 2;
}

/**
 * The standard deviation of a case's difference where scores are 0 or 1, of this share of pairs that differ at all.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function deviationOfPairs(discordance: number, difference: number): number {
  checkWithin('The share of pairs that differ', discordance, Math.abs(difference), 1);
  return Math.sqrt(discordance - difference ** 2);
}

function quantiles(options: PowerOptions): number {
  const { ofAlpha, ofPower } = eachQuantile(options);
  return ofAlpha + ofPower;
}

function eachQuantile({ alpha = 0.05, power = 0.8, sides = 1 }: PowerOptions): { ofAlpha: number; ofPower: number } {
  checkProbability('alpha', alpha);
  checkProbability('The power', power);
  return { ofAlpha: normalQuantile(1 - alpha / sides), ofPower: normalQuantile(power) };
}
