import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Source } from './groups.js';
import { hides, questionsAbout } from './questions.js';

const factOf = (id: string, text: string, subject = 'ann|home'): Source => ({
  id,
  text,
  subject,
  state: 'current',
  trust: 3,
  validFrom: new Date(0),
});

describe('held-out questions', () => {
  it('ask for each fact by what it is about, by what only it says, and by what it shares', () => {
    const facts = [factOf('a', 'Ann moved to Rome in spring'), factOf('b', 'Ann moved to Bonn', 'ann|second home')];
    const said = [{ id: 'e', text: 'The heron nests near Rome', facts: ['a'] }];
    expect(questionsAbout(facts, said)).toEqual([
      { query: 'ann home', answers: ['a'] },
      { query: 'ann second home', answers: ['b'] },
      { query: 'Ann moved Rome spring', answers: ['a'] },
      { query: 'Ann moved Bonn', answers: ['b'] },
      { query: 'heron nests near Rome', answers: ['e', 'a'] },
      { query: 'Ann moved', answers: ['a'] },
      { query: 'Ann moved', answers: ['b'] },
      { query: 'Rome', answers: ['e', 'a'] },
    ]);
  });

  it('are asked of any text, and never without a word to search for', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        const said = texts.map((text, index) => ({ id: String(index), text, facts: [] }));
        for (const { query } of questionsAbout([], said)) expect(query.trim()).not.toBe('');
      }),
    );
  });

  it.each([
    ['an answer that the summary pushed out', ['a', 'b'], ['sum', 'b'], true],
    ['an answer that stands behind it', ['a', 'b'], ['sum', 'a'], false],
    ['what was not found before either', ['b'], ['sum', 'b'], false],
    ['what is gone where the summary is not', ['a', 'b'], ['b', 'c'], false],
  ])('take for hidden, or not: %s', (_, without, withIt, hidden) => {
    const questions = [{ query: 'where', answers: ['a'] }];
    expect(hides('sum', questions, { without: [without], with: [withIt] })).toBe(hidden);
  });
});
