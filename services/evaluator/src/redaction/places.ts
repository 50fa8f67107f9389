import { detectorOf, KINDS, type Kind } from './kinds.js';

/** A part of a text to take out. */
export interface Place {
  start: number;
  end: number;
  kind: Kind;
}

const PLACEHOLDER = String.raw`\[(?:${KINDS.join('|')})-(\d{1,6})\]`;
const IS_PLACEHOLDER = new RegExp(`^${PLACEHOLDER}$`);

/** The highest number of the placeholders in a text; 0 where there are none. */
export function highestPlaceholder(text: string): number {
  const numbers = [...text.matchAll(new RegExp(PLACEHOLDER, 'g'))].map(([, number]) => Number(number));
  return numbers.reduce((highest, number) => Math.max(highest, number), 0);
}

/** What the detectors find, in order. Places that overlap become one, of the kind that finds most of it: nothing of either is left. */
export function placesIn(text: string, kinds: readonly Kind[]): Place[] {
  const found = kinds
    .flatMap((kind) =>
      detectorOf(kind)
        .find(text)
        .map(({ start, end }): Place => ({ start, end, kind })),
    )
    // The password in an address is found again as the placeholder that it became.
    .filter(({ start, end }) => !IS_PLACEHOLDER.test(text.slice(start, end)));
  const merged: (Place & { most: number })[] = [];
  for (const place of found.sort(inOrder)) {
    const length = place.end - place.start;
    const before = merged.at(-1);
    if (before === undefined || place.start >= before.end) merged.push({ ...place, most: length });
    else {
      before.end = Math.max(before.end, place.end);
      if (length > before.most) Object.assign(before, { kind: place.kind, most: length });
    }
  }
  return merged.map(({ start, end, kind }) => ({ start, end, kind }));
}

function inOrder(one: Place, other: Place): number {
  return one.start - other.start || other.end - one.end || KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind);
}
