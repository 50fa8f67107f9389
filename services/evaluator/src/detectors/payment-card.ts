import { type Detector, type Found } from './detector.js';

/** Digits, perhaps in groups. What stands after a decimal point is no card. */
const RUN = /(?<!\d)(?<!\d\.)\d(?:[ \u00a0\u202f-]?\d)*/g;
/** Digits of a card, at the least and the most. */
const [MIN_DIGITS, MAX_DIGITS] = [13, 19];

/** Numbers of payment cards: digits of an issuer's range (ISO/IEC 7812), perhaps in groups, with a right check digit. */
export const creditCard: Detector = {
  name: 'credit_card',
  what: 'a credit card number',
  find: (text) => [...text.matchAll(RUN)].flatMap(({ 0: run, index }) => cardsIn(run, index)),
};

/** A card begins and ends with a group: beside it may stand its expiry, its code or the next card. */
function cardsIn(run: string, offset: number): Found[] {
  if (run.length < MIN_DIGITS) return [];
  const groups = [...run.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({ digits, index }));
  const found: Found[] = [];
  for (let first = 0; first < groups.length; first += 1) {
    const last = lastOfCard(groups, first);
    const [from, to] = [groups[first], groups[last]];
    if (from === undefined || to === undefined) continue;
    const end = to.index + to.digits.length;
    found.push({ start: offset + from.index, end: offset + end, text: run.slice(from.index, end) });
    first = last;
  }
  return found;
}

/** The last group of the longest card that begins with this group; -1 where none does. */
function lastOfCard(groups: readonly { digits: string }[], first: number): number {
  let found = -1;
  let digits = '';
  for (let last = first; last < groups.length; last += 1) {
    digits += groups[last]?.digits ?? '';
    if (digits.length > MAX_DIGITS) break;
    if (ISSUERS.test(digits) && hasLuhn(digits)) found = last;
  }
  return found;
}

/** Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay and Maestro, with their lengths. */
const ISSUERS =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|4[4-9]\d|5\d\d)\d{12,15}|3(?:0[0-5]|[689]\d)\d{11,16}|35\d{14,17}|62\d{14,17}|(?:50|5[6-9]|6[37])\d{11,17})$/;

/** ISO/IEC 7812-1, annex B: from the right, every second digit doubled. */
function hasLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
