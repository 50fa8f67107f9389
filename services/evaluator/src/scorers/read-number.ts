import type { JsonValue } from '@switchyard/contracts';

/** Which of several numbers in a text is meant. */
export type Which = 'only' | 'first' | 'last';

/**
 * A number as English text writes it: with commas between thousands, a fraction, an exponent. A hyphen within a word or a
 * date is no sign, and digits within a word (`v2`, `a1b`) are no number.
 */
const NUMBER =
  /(?<![\w.])(?:(?<![\w)\]])[-−])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)?(?:\.\d+|(?<=\d))(?:[eE][-+]?\d{1,3})?(?![A-Za-z_]*\d)/g;

/** Characters of an output in which a number is looked for. */
const MAX_SEARCHED = 100_000;

/** The number that a value is, or that its text holds; or why there is none. */
export function readNumber(value: JsonValue | undefined, which: Which): { number: number } | { reason: string } {
  if (typeof value === 'number') return { number: value };
  if (typeof value !== 'string') return { reason: 'is neither a number nor text' };
  const found = [...value.slice(0, MAX_SEARCHED).matchAll(NUMBER)].map(([text]) => toNumber(text));
  const numbers = found.filter(Number.isFinite);
  const number = which === 'first' ? numbers[0] : numbers.at(-1);
  if (number === undefined) return { reason: 'holds no number' };
  if (which === 'only' && new Set(numbers).size > 1) {
    return { reason: `holds ${numbers.length} numbers (${numbers.slice(0, 5).join(', ')}), and only one was allowed` };
  }
  return { number };
}

function toNumber(text: string): number {
  return Number(text.replaceAll(',', '').replace('−', '-'));
}
