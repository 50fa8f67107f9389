import { describe, expect, it } from '@jest/globals';
import { collapse } from './near-duplicates.js';

const hits = (...texts: string[]) =>
  texts.map((text, index) => ({ id: String(index), text, subject: '', state: 'current' }));
const kept = (...texts: string[]) => collapse(hits(...texts)).map(({ id, duplicates }) => [id, duplicates]);

describe('near-duplicates', () => {
  it('stand behind the first of them', () => {
    expect(kept('The door is open', 'Is the door open', 'The window is shut', 'the doors are OPEN.')).toEqual([
      ['0', ['1', '3']],
      ['2', []],
    ]);
  });

  it.each([
    ['a number', 'the limit is 30 s', 'the limit is 60 s'],
    ['a negation', 'the door is open', 'the door is not open'],
    ['who does it', 'Ann owes Bob money', 'Bob owes Ann money'],
    ['a word', 'likes green apples', 'likes red apples'],
  ])('are not what differs in %s', (_, one, other) => {
    expect(kept(one, other)).toEqual([
      ['0', []],
      ['1', []],
    ]);
  });

  it('are not what holds and what held', () => {
    const both = hits('I live in Bonn', 'I live in Bonn').map((hit, index) => ({
      ...hit,
      state: index === 0 ? 'superseded' : 'current',
    }));
    expect(collapse(both)).toHaveLength(2);
  });

  it('are not texts without words', () => {
    expect(kept('🎉', '🎈')).toHaveLength(2);
  });
});
