import { describe, expect, it } from '@jest/globals';
import { findContradictions, findDuplicates, findJunk, type Audited } from './findings.js';

const memory = (id: string, text: string, more: Partial<Audited> = {}): Audited => ({
  id,
  text,
  kind: 'fact',
  subject: '',
  state: 'current',
  trust: 2,
  scopeId: '1',
  ...more,
});

describe('an audit', () => {
  it.each([
    '🎉',
    'the of and',
    '{"status":"ok"}',
    '<div>hello</div>',
    'TypeError: x is not a function\n    at main.js:1:2',
    'Thanks!',
    'You are welcome.',
    'Let me know if you need anything else.',
    'What is your favourite colour?',
    'I will help you with that.',
  ])('finds that %j is junk', (text) => {
    expect(findJunk([memory('a', text)])).toMatchObject([
      { kind: 'junk', ids: ['a'], advice: expect.stringContaining('retract a') },
    ]);
  });

  it.each(['Ann likes tea', 'The door is open', 'I am sorry to hear that Ann left Bonn', '用户喜欢绿茶', 'x'])(
    'takes %j for a memory',
    (text) => {
      expect(findJunk([memory('a', text)])).toEqual([]);
    },
  );

  it('leaves episodes as they were said', () => {
    expect(findJunk([memory('a', 'Thanks!', { kind: 'episode' })])).toEqual([]);
  });

  it('finds the same words in one scope, and not in two', () => {
    const all = [
      memory('a', 'Ann likes green tea'),
      memory('b', 'green tea is liked by Ann, by the way'),
      memory('c', 'Ann likes green tea', { scopeId: '2' }),
    ];
    expect(findDuplicates([all[0], all[2]].flatMap((each) => each ?? []))).toEqual([]);
    expect(findDuplicates([memory('a', 'Ann likes green tea'), memory('b', 'Green tea: likes Ann')])).toMatchObject([
      { ids: ['a', 'b'], advice: expect.stringContaining('merge a b') },
    ]);
  });

  it('finds two truths about one thing, the one that is believed more first', () => {
    const found = findContradictions([
      memory('a', 'x', { subject: 's', trust: 1 }),
      memory('b', 'y', { subject: 's', trust: 3 }),
      memory('c', 'z', { subject: 's', state: 'superseded' }),
      memory('d', 'w', { subject: 's', scopeId: '2' }),
    ]);
    expect(found).toMatchObject([
      { ids: ['b', 'a'], why: expect.stringContaining('believed more'), advice: expect.stringContaining('retract a') },
    ]);
  });
});
