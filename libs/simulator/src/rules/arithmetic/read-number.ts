/** A number as a calculator takes it, in digits with a point. */
export interface ReadNumber {
  digits: string;
  /** Written with a decimal comma, which in a list may as well be the comma between two numbers. */
  decimalComma: boolean;
}

const EXPONENT = String.raw`(?:[eE][+-]?\d+)?`;
const PLAIN = new RegExp(String.raw`^\d*\.?\d+${EXPONENT}$`);
const THOUSANDS = new RegExp(String.raw`^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?${EXPONENT}$`);
const APOSTROPHES = /^[1-9]\d{0,2}(?:['’]\d{3})+(?:[.,]\d+)?$/;
const POINTS_BETWEEN_THOUSANDS = /^[1-9]\d{0,2}(?:\.\d{3})+,\d+$|^[1-9]\d{0,2}(?:\.\d{3}){2,}$/;
const DECIMAL_COMMA = /^\d+,\d+$/;

/** Reads digits by their form: 1,234 has thousands, 1,5 a decimal comma; undefined where the form is neither, as in 1.2.3. */
export function readDigits(text: string): ReadNumber | undefined {
  if (PLAIN.test(text)) return { digits: text.startsWith('.') ? `0${text}` : text, decimalComma: false };
  if (THOUSANDS.test(text)) return { digits: text.replaceAll(',', ''), decimalComma: false };
  if (APOSTROPHES.test(text)) return { digits: text.replace(/['’]/g, '').replace(',', '.'), decimalComma: false };
  if (POINTS_BETWEEN_THOUSANDS.test(text))
    return { digits: text.replaceAll('.', '').replace(',', '.'), decimalComma: false };
  return DECIMAL_COMMA.test(text) ? { digits: text.replace(',', '.'), decimalComma: true } : undefined;
}

/** Powers of ten that stand after a number. `M` and `B` are capitals: 5 m are metres. */
const SCALES: Readonly<Record<string, number>> = {
  hundred: 2,
  thousand: 3,
  million: 6,
  millions: 6,
  billion: 9,
  billions: 9,
  trillion: 12,
  tausend: 3,
  millionen: 6,
  millones: 6,
};
const SUFFIXES: Readonly<Record<string, number>> = { k: 3, K: 3, M: 6, mn: 6, bn: 9, B: 9 };

/** The power of ten that a word means: `isGlued` if it stands right behind the digits, as in 3.5k. */
export function scaleOf(word: string, isGlued: boolean): number | undefined {
  const suffix = isGlued && Object.hasOwn(SUFFIXES, word) ? SUFFIXES[word] : undefined;
  const lower = word.toLowerCase();
  return suffix ?? (Object.hasOwn(SCALES, lower) ? SCALES[lower] : undefined);
}

/** Moves the point, in text: 23.4 times a million is exactly 23400000. */
export function timesPowerOfTen(digits: string, power: number): string {
  const [whole = '', fraction = ''] = digits.split('.');
  const kept = fraction.slice(power);
  const moved = `${whole}${fraction.slice(0, power).padEnd(power, '0')}`.replace(/^0+(?=\d)/, '');
  return kept === '' ? moved : `${moved}.${kept}`;
}

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const LARGE = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
]);

/**
 * The number that a text's words begin with, and how many words it takes. `words` are lower case; a hyphen is none.
 * "Twenty thirty" is two numbers: the first is read.
 */
export function readWords(words: readonly string[]): { value: number; length: number } | undefined {
  let length = 0;
  let total = 0;
  let smallest = Infinity;
  for (;;) {
    const start = length > 0 && words[length] === 'and' ? length + 1 : length;
    const group = readGroup(words, start);
    if (group === undefined) break;
    const scale = LARGE.get(words[group.end] ?? '') ?? 1;
    if (scale >= smallest) break;
    total += group.value * scale;
    length = scale > 1 ? group.end + 1 : group.end;
    smallest = scale;
  }
  return length === 0 ? undefined : { value: total, length };
}

/** Up to "nine hundred and ninety-nine". */
function readGroup(words: readonly string[], start: number): { value: number; end: number } | undefined {
  const head = readBelowHundred(words, start);
  if (head === undefined || words[head.end] !== 'hundred') return head;
  const hundreds = head.end + 1;
  const tail = readBelowHundred(words, words[hundreds] === 'and' ? hundreds + 1 : hundreds);
  return { value: head.value * 100 + (tail?.value ?? 0), end: tail?.end ?? hundreds };
}

function readBelowHundred(words: readonly string[], start: number): { value: number; end: number } | undefined {
  const word = words[start] ?? '';
  const small = SMALL.indexOf(word);
  if (small >= 0) return { value: small, end: start + 1 };
  const ten = TENS.indexOf(word);
  if (ten < 0) return undefined;
  const one = SMALL.indexOf(words[start + 1] ?? '');
  const hasOne = one >= 1 && one <= 9;
  return { value: (ten + 2) * 10 + (hasOne ? one : 0), end: start + (hasOne ? 2 : 1) };
}
