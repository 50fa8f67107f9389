/**
 * The order in which two workers take one queue so that one of them is always at the long tests, and the other at the short ones,
 * while there are both.
 *
 * @template T
 * @param {{ test: T, seconds: number }[]} long in the order in which they are to begin
 * @param {{ test: T, seconds: number }[]} short
 * @returns {T[]}
 */
export function interleave(long, short) {
  const ordered = [];
  const busyUntil = { long: 0, short: 0 };
  let [nextLong, nextShort] = [0, 0];
  while (nextLong < long.length || nextShort < short.length) {
    const longIsDue = nextShort === short.length || busyUntil.long <= busyUntil.short;
    const takesLong = nextLong < long.length && longIsDue;
    const { test, seconds } = takesLong ? long[nextLong++] : short[nextShort++];
    busyUntil[takesLong ? 'long' : 'short'] += seconds;
    ordered.push(test);
  }
  return ordered;
}
