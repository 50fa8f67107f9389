/**
 * The order in which workers take one queue so that one of them is always at the short tests, and the others are at the long ones,
 * while there are both.
 *
 * @template T
 * @param {{ test: T, seconds: number }[]} long in the order in which they are to begin
 * @param {{ test: T, seconds: number }[]} short
 * @param {number} workers one alone takes the short ones first
 * @returns {T[]}
 */
export function interleave(long, short, workers) {
  const [longs, shorts] = [[...long], [...short]];
  const ordered = [];
  const busyUntil = Array.from({ length: workers }, () => 0);
  while (longs.length > 0 || shorts.length > 0) {
    const free = busyUntil.indexOf(Math.min(...busyUntil));
    const first = free === workers - 1 ? shorts : longs;
    const { test, seconds } = first.shift() ?? (first === shorts ? longs : shorts).shift();
    busyUntil[free] += seconds;
    ordered.push(test);
  }
  return ordered;
}
