import { IBAN_LENGTHS } from './iban-lengths.js';
import type { Detector } from './safety-finding.js';

/** E-mail addresses in the form that people use (RFC 5321's limit of 64 characters before the @). */
export const email: Detector = {
  name: 'email',
  what: 'an e-mail address',
  find: (text) =>
    text.match(
      /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])/g,
    ) ?? [],
};

/** Numbers of payment cards: digits of an issuer's range (ISO/IEC 7812), perhaps in groups, with a right check digit. */
export const creditCard: Detector = {
  name: 'credit_card',
  what: 'a credit card number',
  find: (text) =>
    (text.match(/(?<![\d.])(?<!\d[ -])\d(?:[ -]?\d){12,18}(?![ -]?\d)/g) ?? []).filter((found) => {
      const digits = found.replace(/\D/g, '');
      return ISSUERS.test(digits) && hasLuhn(digits);
    }),
};

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

/** International bank account numbers (ISO 13616): a country's length and a right checksum. */
export const iban: Detector = {
  name: 'iban',
  what: 'a bank account number (IBAN)',
  find: (text) =>
    [...text.matchAll(/(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}/g)].flatMap(([candidate]) => {
      // What follows the number may have been taken with it: its country says how long it is.
      const compact = candidate.replace(/[ -]/g, '').toUpperCase();
      const account = compact.slice(0, IBAN_LENGTHS.get(compact.slice(0, 2)) ?? 0);
      return account !== '' && hasMod97(account) ? [account] : [];
    }),
};

/** ISO 7064, mod 97-10: the first four characters moved to the end, letters as 10 to 35. */
function hasMod97(account: string): boolean {
  const moved = `${account.slice(4)}${account.slice(0, 4)}`;
  const rest = [...moved].reduce((remainder, character) => {
    const value = parseInt(character, 36);
    return (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }, 0);
  return rest === 1;
}
