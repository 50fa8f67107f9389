import { hypergeometricChance, type Urn } from './hypergeometric.js';

/**
 * Chance of `least` or more marked ones among all that are drawn from several urns: an exact test over strata (the conditional
 * test that Mantel and Haenszel's approximates, Journal of the National Cancer Institute 22, 1959).
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function hypergeometricSumUpperTail(least: number, urns: readonly Urn[]): number {
  /** The chances of each number of marked ones, from 0. */
  let chances = [1];
  for (const urn of urns) chances = together(chances, chancesOf(urn));
  return Math.min(
    1,
    chances.slice(Math.max(0, least)).reduceRight((sum, chance) => sum + chance, 0),
  );
}

function chancesOf(urn: Urn): number[] {
  return Array.from({ length: Math.min(urn.drawn, urn.marked) + 1 }, (_, marked) => hypergeometricChance(marked, urn));
}

function together(one: readonly number[], other: readonly number[]): number[] {
  const sums = new Array<number>(one.length + other.length - 1).fill(0);
  one.forEach((chance, count) => {
    other.forEach((more, extra) => {
      sums[count + extra] = (sums[count + extra] ?? 0) + chance * more;
    });
  });
  return sums;
}
