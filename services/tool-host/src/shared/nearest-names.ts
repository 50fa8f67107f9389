/** The names most like a wanted one, best first: at most three, and none that shares too little to be meant. */
export function nearestNames(wanted: string, known: Iterable<string>, count = 3): string[] {
  const target = wanted.toLowerCase();
  return [...known]
    .map((name) => ({ name, distance: distanceOf(target, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.ceil(Math.max(name.length, target.length) / 2.5)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

/** ` Did you mean "a" or "b"?`, or nothing where nothing is near. */
export function didYouMean(wanted: string, known: Iterable<string>): string {
  const names = nearestNames(wanted, known);
  return names.length === 0 ? '' : ` Did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`;
}

function distanceOf(a: string, b: string): number {
  if (a === b) return 0;
  // A name inside the other is a likely meaning ("fetch" for "http_fetch"), whatever the edits would cost.
  if (a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a))) return 1;
  return editDistance(a, b);
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
