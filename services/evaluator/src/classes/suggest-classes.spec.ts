import { describe, expect, it } from '@jest/globals';
import { adjustedRandIndex, UNLIKE } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';
import { suggestClasses, type Suggestion } from './suggest-classes.js';

/** Words that nobody knows: "bakelo". */
function vocabulary(random: () => number, words: number): string[] {
  const letters = (from: string) => from[Math.floor(random() * from.length)] ?? 'a';
  const syllable = () => letters('bdfgklmnprstvz') + letters('aeiou');
  return Array.from({ length: words }, () => syllable() + syllable() + syllable());
}

/** Texts of planted kinds: most of their words are of their kind, the others of all kinds. */
function planted(seed: number, kinds: number, each: number, { noise = 0, shared = 0.3, words = 12 } = {}) {
  const random = seededNumbers(seed);
  const pick = (from: readonly string[]) => from[Math.floor(random() ** 1.5 * from.length)] ?? '';
  const common = vocabulary(random, 60);
  const own = Array.from({ length: kinds }, () => vocabulary(random, 40));
  const texts: string[] = [];
  const truth: number[] = [];
  for (let nth = 0; nth < each; nth += 1) {
    own.forEach((kind, index) => {
      texts.push(Array.from({ length: words }, () => pick(random() < shared ? common : kind)).join(' '));
      truth.push(index);
    });
  }
  for (let nth = 0; nth < noise; nth += 1) {
    texts.push(vocabulary(random, words).join(' '));
    truth.push(UNLIKE);
  }
  return { texts, truth };
}

function suggested(texts: readonly string[], seed = 7): Suggestion {
  const work = suggestClasses(texts, seededNumbers(seed));
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}

describe('classes made of texts', () => {
  it.each([2, 3, 5, 9])('are the %i kinds that there are, and their words class them again', (kinds) => {
    const { texts, truth } = planted(40 + kinds, kinds, 40);
    const found = suggested(texts);
    expect(found.classes).toHaveLength(kinds);
    expect(adjustedRandIndex(found.groups, truth)).toBeGreaterThanOrEqual(0.9);
    expect(found.agreement).toBeGreaterThan(0.9);
    expect(found.stability).toBeGreaterThan(0.8);
  });

  it('are found among kinds of very different sizes', () => {
    const [large, small] = [planted(51, 2, 80), planted(52, 1, 15)];
    const found = suggested([...large.texts, ...small.texts]);
    const truth = [...large.truth, ...small.truth.map(() => 2)];
    expect(adjustedRandIndex(found.groups, truth)).toBeGreaterThanOrEqual(0.9);
  });

  it.each([60, 61, 62])('are one of texts of one kind (%i)', (seed) => {
    const found = suggested(planted(seed, 1, 120).texts);
    expect(found.classes).toHaveLength(1);
    expect(found.groups.filter((group) => group === 0).length).toBeGreaterThan(110);
  });

  it('are none of texts that have nothing in common', () => {
    const found = suggested(planted(70, 1, 0, { noise: 100 }).texts);
    expect(found).toMatchObject({ classes: [], agreement: 1 });
    expect(new Set(found.groups)).toEqual(new Set([UNLIKE]));
  });

  it('leave out what is like none', () => {
    const { texts, truth } = planted(71, 3, 40, { noise: 20 });
    const { groups, classes } = suggested(texts);
    expect(classes).toHaveLength(3);
    expect(groups.slice(-20).filter((group) => group !== UNLIKE).length).toBeLessThanOrEqual(1);
    expect(adjustedRandIndex(groups, truth)).toBeGreaterThanOrEqual(0.9);
  });

  it('are the same in whatever order the texts come', () => {
    const { texts } = planted(72, 3, 25, { noise: 5 });
    const [there, back] = [suggested(texts), suggested([...texts].reverse())];
    expect([...back.groups].reverse()).toEqual(there.groups);
    const told = ({ classes }: Suggestion) =>
      classes.map(({ name, words, threshold }) => [name, [...words], threshold]);
    expect(told(back)).toEqual(told(there));
    expect(back.stability).toBe(there.stability);
  });

  it('have names of their telling words, each its own', () => {
    const refund = (n: number) => `I want my money back, refund order number ${n} to my card`;
    const password = (n: number) => `cannot log in, the password reset link does not work on phone ${n}`;
    const texts = Array.from({ length: 20 }, (_, n) => [refund(n), password(n)]).flat();
    const names = suggested(texts).classes.map(({ name }) => name);
    expect(names).toHaveLength(2);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[a-z]+-[a-z]+$/);
  });

  it.each([[[]], [['']], [['one text']], [['same', 'same', 'same', 'same']], [['', '', '', '1 2 3']]])(
    'are sought in few texts or empty ones without an error: %j',
    (texts) => {
      const { classes, groups } = suggested(texts);
      expect(groups).toHaveLength(texts.length);
      expect(classes.length).toBeLessThanOrEqual(1);
    },
  );
});
