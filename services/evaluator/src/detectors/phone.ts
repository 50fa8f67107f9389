import { matchesOf, type Detector, type Found } from './detector.js';

/** Blanks and dashes, the narrow and the long ones too. */
const BLANK = String.raw`[ \u00a0\u202f\u2010-\u2015-]`;
/** Between the groups of an international number. */
const GAP = String.raw`[ \u00a0\u202f\u2010-\u2015./()-]{0,3}`;
/** Not within a word, a decimal number, a date, or an id of groups with dashes. */
const BEFORE = String.raw`(?<![\w+])(?<!\w-)(?<!\d[.,:/])`;
const AFTER = String.raw`(?!\w)(?!-\w)`;
/** "+" and a country code (E.164: at most 15 digits), or "00" in its place. */
const INTERNATIONAL = new RegExp(String.raw`(?<![\w+])(?<!\d[.,])(?:\+|00${GAP})[1-9](?:${GAP}\d){7,14}(?!\w)`, 'g');
/** North America: area and exchange begin with 2 to 9. Groups of three and four digits are no amount. */
const NORTH_AMERICAN = new RegExp(
  String.raw`${BEFORE}(?:1(?:${BLANK}|\.))?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}(?:${BLANK}|\.))[2-9]\d{2}(?:${BLANK}|\.)\d{4}${AFTER}(?!\.\d)`,
  'g',
);
/** Most of Europe, and Asia and Oceania in part: a trunk "0", an area or a network, groups of two digits or more, an extension. */
const WITH_TRUNK = new RegExp(
  String.raw`${BEFORE}\(?0[1-9]\d{0,4}\)?(?:(?:${BLANK}|\/){1,3}\d{2,8}){1,5}(?:-\d{1,5})?${AFTER}(?!:\d)`,
  'g',
);
/** The same in one piece; no amount and no year begins with 0. */
const WITH_TRUNK_UNBROKEN = new RegExp(String.raw`${BEFORE}0[1-9]\d{8,9}(?:-\d{1,5})?${AFTER}`, 'g');
/** France writes pairs with dots too; four pairs are a date with a time. */
const IN_PAIRS = new RegExp(String.raw`${BEFORE}0[1-9](?:\.\d{2}){4}${AFTER}(?!\.\d)`, 'g');
/** A day at the beginning: "01-02-2026 10". */
const DATE = /^(?:0[1-9]|[12]\d|3[01])[/-](?:0[1-9]|[12]\d|3[01])[/-](?:19|20)\d{2}(?!\d)/;
/** Digits of a national number with its trunk 0. */
const [MIN_NATIONAL, MAX_NATIONAL] = [9, 12];

/**
 * Telephone numbers: international ones, and national ones where their form tells them from amounts, dates and numbers of
 * orders. What is written without a 0 or a "+" and not as in North America ("612 345 678") cannot be told from an amount.
 */
export const phone: Detector = {
  name: 'phone',
  what: 'a telephone number',
  find: (text) => [
    ...matchesOf(text, INTERNATIONAL),
    ...matchesOf(text, NORTH_AMERICAN),
    ...matchesOf(text, WITH_TRUNK, (found) => !DATE.test(found)).flatMap(asLongAsNumbersAre),
    ...matchesOf(text, WITH_TRUNK_UNBROKEN),
    ...matchesOf(text, IN_PAIRS),
  ],
};

/** Other numbers may follow in the same sentence: groups are left off at the end until it is no longer than a number. */
function asLongAsNumbersAre({ start, text }: Found): Found[] {
  let rest = text;
  while (digitsOf(rest) > MAX_NATIONAL && /[^\d)]\d+$/.test(rest)) rest = rest.replace(/[^\d)]+\d+$/, '');
  const digits = digitsOf(rest);
  return digits < MIN_NATIONAL || digits > MAX_NATIONAL ? [] : [{ start, end: start + rest.length, text: rest }];
}

function digitsOf(text: string): number {
  return text.replace(/\D/g, '').length;
}
