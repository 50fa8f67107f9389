import { checkWithin } from '../invalid.js';

/**
 * p-values, larger for having been asked together: at most alpha of all sets of questions has any wrong answer among those of which
 * the adjusted value is at most alpha, however the questions hang together. S. Holm, Scandinavian Journal of Statistics 6 (1979).
 * For verdicts over several capabilities, of which any wrong one would matter.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function holm(values: readonly number[]): number[] {
  let most = 0;
  return inOrder(values, (value, place) => {
    most = Math.max(most, Math.min(1, value * (values.length - place)));
    return most;
  });
}

/**
 * The same for the share of wrong ones among the answers (the false discovery rate), of questions that are independent or rise and
 * fall together: Benjamini and Hochberg, JRSS B 57 (1995). For looking through many metrics for what deserves a closer look.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function benjaminiHochberg(values: readonly number[]): number[] {
  const count = values.length;
  const sorted = [...values].sort((one, other) => one - other);
  let least = 1;
  for (let place = count - 1; place >= 0; place--) {
    least = Math.min(least, ((sorted[place] ?? 1) * count) / (place + 1));
    sorted[place] = least;
  }
  return inOrder(values, (_, place) => sorted[place] ?? 1);
}

/** The p-value of an e-value that may be looked at any time: its most so far, in logarithms. */
export function pOfEvidence(logEvidence: number): number {
  return Math.min(1, Math.exp(-logEvidence));
}

/** Goes through the values from the smallest to the largest; answers in the order that they were given in. */
function inOrder(values: readonly number[], adjust: (value: number, place: number) => number): number[] {
  for (const value of values) checkWithin('A p-value', value, 0, 1);
  const adjusted = new Array<number>(values.length).fill(1);
  values
    .map((value, index) => ({ value, index }))
    .sort((one, other) => one.value - other.value)
    .forEach(({ value, index }, place) => {
      adjusted[index] = adjust(value, place);
    });
  return adjusted;
}
