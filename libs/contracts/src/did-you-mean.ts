/** Letters of a name that are compared: a longer one is no name that somebody misspelt. */
const MAX_LETTERS = 256;

/** The names that somebody most likely meant, best first: at most `count`, and none that is too different to be meant. */
export function nearestNames(written: string, known: Iterable<string>, count = 3): string[] {
  const wanted = written.toLowerCase();
  return [...known]
    .map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 3)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

/** ` Did you mean "a" or "b"?`, or nothing where nothing is near. To be put behind a sentence. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const names = nearestNames(written, known);
  return names.length === 0 ? '' : ` Did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`;
}

function distanceOf(a: string, b: string): number {
  if (a === b) return 0;
  // A name inside the other is a likely meaning ("fetch" for "http_fetch"), whatever the edits would cost.
  if (a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a))) return 1;
  return editDistance(a.slice(0, MAX_LETTERS), b.slice(0, MAX_LETTERS));
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), one row at a time. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const options = [at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + (same ? 0 : 1)];
      if (swapped) options.push(at(before, j - 2) + 1);
      current.push(Math.min(...options));
    }
    before = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
