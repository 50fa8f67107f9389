import { readDigits } from './read-number.js';

/** A piece of a text, as far as arithmetic is concerned. */
export interface Token {
  /** `opaque` holds digits that are no number: a date, a time of day, a version. */
  kind: 'number' | 'word' | 'symbol' | 'opaque';
  /** As written; a word in lower case is `lower`. */
  text: string;
  lower: string;
  /** Nothing stands between it and what is before. */
  isGlued: boolean;
  start: number;
  end: number;
}

/** Functions that are written with brackets. */
export const FUNCTIONS = new Set(
  'sqrt cbrt abs sin cos tan log log10 log2 ln exp round floor ceil min max factorial'.split(' '),
);

const OPAQUE =
  /(?<![\d.+*/-])\d{4}-\d{2}-\d{2}(?![\d.+*/-])|(?<![\d.+*/-])\d{1,2}[/.]\d{1,2}[/.]\d{4}(?![\d.+*/-])|(?<!\d)\d{1,2}:\d{2}(?!\d)/y;
const NUMBER = /(?:(?<![\p{L}\p{N}])\.\d+|\d(?:[\d.,'’]*\d)?)(?:[eE][+-]?\d+(?![\p{L}\p{N}]))?/uy;
/** Within the brackets of a function a comma is between two arguments. */
const NUMBER_IN_CALL = /(?:(?<![\p{L}\p{N}])\.\d+|\d(?:[\d.]*\d)?)(?:[eE][+-]?\d+(?![\p{L}\p{N}]))?/uy;
const WORD = /\p{L}[\p{L}\p{N}_]*(?:['’]\p{L}+)?/uy;
const SYMBOL = /\*\*|\S/uy;

const SAME_SYMBOL = new Map([
  ['**', '^'],
  ['×', '*'],
  ['·', '*'],
  ['∙', '*'],
  ['÷', '/'],
  ['−', '-'],
  ['–', '-'],
]);

export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  const brackets: boolean[] = [];
  const patterns = (): [Token['kind'], RegExp][] => [
    ['opaque', OPAQUE],
    ['number', brackets.includes(true) ? NUMBER_IN_CALL : NUMBER],
    ['word', WORD],
    ['symbol', SYMBOL],
  ];
  let position = 0;
  while (position < text.length) {
    let taken = false;
    for (const [kind, pattern] of patterns()) {
      pattern.lastIndex = position;
      const found = pattern.exec(text)?.[0];
      if (found === undefined) continue;
      if (found === '(') brackets.push(FUNCTIONS.has(tokens.at(-1)?.lower ?? ''));
      if (found === ')') brackets.pop();
      for (const piece of kind === 'number' ? listed(found) : [found]) {
        tokens.push(token(kind, piece, position, tokens.at(-1)));
        position += piece.length;
      }
      taken = true;
      break;
    }
    if (!taken) position += 1;
  }
  return tokens;
}

/** 1,2,3 is three numbers; 1,234,567 is one. */
function listed(number: string): string[] {
  const isList = /^\d+(?:,\d+){2,}$/.test(number) && readDigits(number) === undefined;
  return isList ? number.split(/(,)/) : [number];
}

function token(kind: Token['kind'], text: string, start: number, before: Token | undefined): Token {
  const symbol = text === ',' ? 'symbol' : kind;
  return {
    kind: symbol === 'number' && readDigits(text) === undefined ? 'opaque' : symbol,
    text: SAME_SYMBOL.get(text) ?? text,
    lower: (SAME_SYMBOL.get(text) ?? text).toLowerCase(),
    isGlued: before?.end === start,
    start,
    end: start + text.length,
  };
}
