import fc from 'fast-check';

/** Something that must not survive: as it is written, and what may not be found afterwards. */
export interface Planted {
  text: string;
  core: string;
}

const digits = (count: number, most = count) =>
  fc.array(fc.nat(9), { minLength: count, maxLength: most }).map((given) => given.join(''));
const of = (characters: string, count: number) =>
  fc.array(fc.constantFrom(...characters), { minLength: count, maxLength: count }).map((given) => given.join(''));
const ALPHANUMERIC = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789';
const whole = (text: string): Planted => ({ text, core: text });

const word = of('abcdefghijklmnopqrstuvwxyz', 6);
const email = fc
  .tuple(word, fc.constantFrom('.', '_', '-', '+', ''), word, fc.constantFrom('example.com', 'mail.example.co.uk'))
  .map(([first, between, last, domain]) => whole(`${first}${between}${last}@${domain}`));

/** The last digit makes the sum right: exactly one does. */
const card = fc.tuple(digits(14), fc.constantFrom('', ' ', '-')).map(([middle, gap]) => {
  const number = `4${middle}`;
  const right = [...Array(10).keys()].map((check) => `${number}${check}`).find(hasLuhn) ?? '';
  return whole((right.match(/\d{4}/g) ?? []).join(gap));
});

function hasLuhn(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (1 + (at % 2));
    return total + Math.floor(doubled / 10) + (doubled % 10);
  }, 0);
  return sum % 10 === 0;
}

/** 98 less the remainder, as ISO 13616 says; D and E are 13 and 14. */
const iban = fc.tuple(digits(18), fc.boolean()).map(([account, grouped]) => {
  const check = String(98n - (BigInt(`${account}131400`) % 97n)).padStart(2, '0');
  const compact = `DE${check}${account}`;
  return whole(grouped ? (compact.match(/.{1,4}/g) ?? []).join(' ') : compact);
});

const firstOf = (from: number) => fc.integer({ min: from, max: 9 }).map(String);
const phone = fc.oneof(
  fc.tuple(digits(2), digits(7)).map(([area, own]) => whole(`+49 1${area} ${own}`)),
  fc.tuple(digits(2), digits(7)).map(([area, own]) => whole(`00491${area}${own}`)),
  fc
    .tuple(firstOf(2), digits(2), firstOf(2), digits(2), digits(4))
    .map(([a, rest, b, more, own]) => whole(`(${a}${rest}) ${b}${more}-${own}`)),
  fc.tuple(firstOf(1), digits(2), digits(7)).map(([first, area, own]) => whole(`0${first}${area} ${own}`)),
  fc.tuple(firstOf(1), digits(9)).map(([first, own]) => whole(`0${first}${own}`)),
);

const secret = fc.oneof(
  of(ALPHANUMERIC, 36).map((own) => whole(`${'ghp'}_${own}`)),
  of(ALPHANUMERIC, 40).map((own) => whole(`${'sk'}-proj-${own}`)),
  of(ALPHANUMERIC, 43).map((own) => whole(`sy_${own}`)),
  of('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16).map((own) => whole(`${'AKIA'}${own}`)),
  of(ALPHANUMERIC, 30).map((own) => ({ text: `Bearer ${own}7`, core: `${own}7` })),
  fc
    .tuple(of(ALPHANUMERIC, 20), of(ALPHANUMERIC, 40), of(ALPHANUMERIC, 43))
    .map(([head, claims, signature]) => whole(`${'eyJ'}${head}.eyJ${claims}.${signature}`)),
);

const ip = fc.oneof(
  fc.ipV4().map(whole),
  fc
    .ipV6()
    .filter((address) => /\d/.test(address) && address.length > 4)
    .map(whole),
);

/** Anything that redaction is for. */
export const planted: fc.Arbitrary<Planted> = fc.oneof(email, card, iban, phone, secret, ip);

/** Words, years, amounts and times: nothing that redaction is for. */
export const innocent: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      word,
      fc.integer({ min: 1900, max: 2100 }).map(String),
      fc.integer({ min: 1, max: 9_999_999 }).map(String),
      fc.tuple(fc.integer({ min: 1, max: 999 }), fc.nat(99)).map(([whole, part]) => `${whole}.${part}`),
      fc.constantFrom('09:30', '27.11.2026', '2026-11-27', '10 %', '1,250.00', 'v1.2.3', '#42', '::', '[1]'),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(' so '));
