import type { Detector, Found } from './detector.js';
import { IBAN_LENGTHS } from './iban-lengths.js';

/** A country and check digits, in capitals or not. */
const BEGINNING = /(?<![A-Za-z0-9])(?:[A-Z]{2}|[a-z]{2})\d{2}/g;

/** International bank account numbers (ISO 13616): a country's length and a right checksum. */
export const iban: Detector = {
  name: 'iban',
  what: 'a bank account number (IBAN)',
  find: (text) =>
    [...text.matchAll(BEGINNING)].flatMap(({ index }) => {
      const found = accountAt(text, index);
      return found !== undefined && hasMod97(found.text) ? [found] : [];
    }),
};

/** As many letters and digits from here on as the country's numbers have. In small letters only without gaps: else it is prose. */
function accountAt(text: string, start: number): Found | undefined {
  const length = IBAN_LENGTHS.get(text.slice(start, start + 2).toUpperCase());
  if (length === undefined) return undefined;
  const gap = /[A-Z]/.test(text.charAt(start)) ? /[ \u00a0-]/ : undefined;
  let account = '';
  let end = start;
  while (account.length < length) {
    if (gap?.test(text.charAt(end))) end += 1;
    const character = text.charAt(end);
    if (!/[A-Za-z0-9]/.test(character)) return undefined;
    account += character;
    end += 1;
  }
  return { start, end, text: account.toUpperCase() };
}

/** ISO 7064, mod 97-10: the first four characters moved to the end, letters as 10 to 35. */
function hasMod97(account: string): boolean {
  const moved = `${account.slice(4)}${account.slice(0, 4)}`;
  const rest = [...moved].reduce((remainder, character) => {
    const value = parseInt(character, 36);
    return (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }, 0);
  return rest === 1;
}
