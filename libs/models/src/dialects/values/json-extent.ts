import type { Reading, TextSource } from '../text-source.js';

/** How a value ended: complete, cut off by the end of the text, or at a character that cannot be part of it. */
export interface Extent {
  text: string;
  end: 'whole' | 'cut' | 'broken';
}

/** Which quotes open a string, and which characters may stand outside of strings. */
export interface Notation {
  /** Next character that matters outside of a string: a quote, a bracket, or one that cannot be there. */
  outside: RegExp;
}

/** JSON, and what models write in its place: single quotes and Python's words are seen, markup is not part of it. */
export const JSON_NOTATION: Notation = { outside: /["{}[\]]|[^\s\w:,.+\-'\\/$]/gu };
/** Python's literals and calls: strings in either quotes, and parentheses. */
export const PYTHON_NOTATION: Notation = { outside: /["'{}[\]()]|[^\s\w:,.+\-=\\/*#]/gu };

const IN_DOUBLE = /["\\]/g;
const IN_SINGLE = /['\\]/g;

/**
 * Takes a bracketed value, which begins here, to its closing bracket. Brackets within strings do not count. A value
 * longer than `limit` characters is broken.
 */
export function* takeBracketed(source: TextSource, notation: Notation, limit: number): Reading<Extent> {
  const taken: string[] = [];
  let length = 0;
  let depth = 0;
  let quote = '';
  const take = (count: number): string => {
    const text = source.take(count);
    taken.push(text);
    length += text.length;
    return text;
  };
  const ended = (end: Extent['end']): Extent => ({ text: taken.join(''), end });
  for (;;) {
    if (length > limit) return ended('broken');
    const pattern = quote === '' ? notation.outside : quote === '"' ? IN_DOUBLE : IN_SINGLE;
    const found = source.find(pattern);
    if (found < 0) {
      take(source.length);
      if (!(yield* source.more())) return ended('cut');
      continue;
    }
    take(found);
    const character = source.slice(0, 1);
    if (character === '\\') {
      if ((yield* source.ahead(2)).length < 2) {
        take(1);
        return ended('cut');
      }
      take(2);
    } else if (quote !== '') {
      take(1);
      quote = '';
    } else if (character === '"' || character === "'") {
      take(1);
      quote = character;
    } else if ('{[('.includes(character)) {
      take(1);
      depth++;
    } else if ('}])'.includes(character)) {
      take(1);
      depth--;
      if (depth <= 0) return ended('whole');
    } else return ended('broken');
  }
}
