import { normalQuantile } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';

/** Looks at each series: every 50th pair of 5,000. */
const [EVERY, PAIRS] = [50, 5_000];
/** The share of pairs that differ, without either configuration being better. */
const DISCORDANCE = 0.1;

/** The share of series of equal configurations that a test made for one look (z, two sides, 5 %) calls different at any of its looks. */
export function measurePeeking(series: number, seed: number): number {
  const random = seededNumbers(seed);
  const limit = normalQuantile(0.975);
  let different = 0;
  for (let index = 0; index < series; index++) {
    let [better, worse, called] = [0, 0, false];
    for (let pair = 1; pair <= PAIRS && !called; pair++) {
      const part = random();
      if (part < DISCORDANCE / 2) worse++;
      else if (part < DISCORDANCE) better++;
      if (pair % EVERY === 0) called = Math.abs(better - worse) > limit * Math.sqrt(better + worse);
    }
    if (called) different++;
  }
  return different / series;
}
