/** Characters of one page, and what it has where nothing is said. */
export const MAX_PAGE = 50_000;
export const DEFAULT_PAGE = 20_000;
/** Places of one search, and characters that are shown on both sides of each. */
const MAX_PLACES = 20;
const AROUND = 200;

/** A part of a text. */
export interface Piece {
  /** Where it begins, in UTF-16. */
  offset: number;
  text: string;
}

export interface Page {
  pieces: Piece[];
  /** Where to go on; 0 where there is no more. */
  nextOffset: number;
}

/** So many characters of a text from a place on, whole at both ends. Pure. */
export function pageOf(text: string, offset: number, limit: number): Page {
  const from = wholeAt(text, Math.min(offset, text.length));
  const to = wholeAt(text, Math.min(from + Math.min(Math.max(1, limit || DEFAULT_PAGE), MAX_PAGE), text.length));
  // One character is longer than the page.
  const end = to > from || from === text.length ? to : Math.min(from + 2, text.length);
  return { pieces: [{ offset: from, text: text.slice(from, end) }], nextOffset: end < text.length ? end : 0 };
}

/** Where a text stands in another from a place on, whatever its case, each with what is around it. Letters only: no pattern. Pure. */
export function placesOf(text: string, query: string, offset: number): Page {
  const pattern = new RegExp(query.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi');
  pattern.lastIndex = Math.min(offset, text.length);
  const pieces: Piece[] = [];
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (pieces.length === MAX_PLACES) return { pieces, nextOffset: match.index };
    const from = wholeAt(text, Math.max(0, match.index - AROUND));
    const to = wholeAt(text, Math.min(text.length, match.index + match[0].length + AROUND));
    pieces.push({ offset: from, text: text.slice(from, to) });
    // What is shown already is not shown again.
    pattern.lastIndex = Math.max(to, pattern.lastIndex);
  }
  return { pieces, nextOffset: 0 };
}

/** The place, or the one before it where it is within a character. */
function wholeAt(text: string, at: number): number {
  const low = text.charCodeAt(at);
  const high = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && high >= 0xd800 && high <= 0xdbff ? at - 1 : at;
}
