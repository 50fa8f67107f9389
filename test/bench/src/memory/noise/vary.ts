import type { Seeded } from '../generator/seeded.js';

type Change = (text: string, random: Seeded) => string;

const OPENINGS = ['Please remember that', 'Remember:', 'By the way,', 'Note that'] as const;
const CLOSINGS = [', thanks', ', please', '!', '.'] as const;

/** Ways in which the same statement comes again. None changes what is said. */
const CHANGES: readonly [Change, ...Change[]] = [
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text, random) => text.replace(/ /g, () => ' '.repeat(1 + random.below(3))),
  (text) => text.replace(/ /, '\n'),
  (text) => text.replace(/[A-Za-z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  (text) => text.normalize('NFD'),
  (text, random) => `${random.pick(OPENINGS)} ${text}`,
  (text, random) => `${text}${random.pick(CLOSINGS)}`,
  // Of a noun it could as well be a possessive, which is not the same.
  (text) => text.replace(/\b(it) is\b/i, "$1's"),
  (text) => text,
];

/** The statement as somebody says it again: up to two changes on top of each other. */
export function vary(text: string, random: Seeded): string {
  const once = random.pick(CHANGES)(text, random);
  return random.next() < 0.5 ? once : random.pick(CHANGES)(once, random);
}
