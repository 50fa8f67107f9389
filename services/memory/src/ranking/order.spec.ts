import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inOrder, type Ordered } from './order.js';

const hit = (id: string, score: number, more: Partial<Ordered> = {}): Ordered => ({
  id,
  score,
  state: 'current',
  supersededBy: '',
  subject: '',
  trust: 3,
  validFrom: new Date(0),
  ...more,
});
const order = (hits: Ordered[], updates: [string, string][] = []) => inOrder(hits, updates).map(({ id }) => id);

describe('the order of hits', () => {
  it('puts what holds before what held, along chains', () => {
    const hits = [
      hit('a', 9, { state: 'superseded', supersededBy: 'b' }),
      hit('x', 8),
      hit('b', 7, { state: 'superseded', supersededBy: 'c' }),
      hit('c', 1),
    ];
    expect(order(hits)).toEqual(['c', 'b', 'a', 'x']);
    expect(inOrder(hits).map(({ score }) => score)).toEqual([9, 8, 7, 1]);
  });

  it('puts what is believed less after what contradicts it, whichever is newer', () => {
    const rumour = hit('rumour', 9, { subject: 's', trust: 1, validFrom: new Date(5) });
    expect(order([rumour, hit('known', 1, { subject: 's', trust: 3 })])).toEqual(['known', 'rumour']);
  });

  it('puts the later of two of one subject first, in different scopes too', () => {
    const old = hit('old', 9, { subject: 's' });
    expect(order([old, hit('new', 1, { subject: 's', validFrom: new Date(5) })])).toEqual(['new', 'old']);
  });

  it('follows the updates that are found elsewhere', () => {
    expect(order([hit('old', 2), hit('new', 1)], [['old', 'new']])).toEqual(['new', 'old']);
  });

  it('keeps every hit once, whatever circles there are, and leaves unrelated ones in their order', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const pair = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids));
    fc.assert(
      fc.property(fc.array(pair), fc.shuffledSubarray(ids, { minLength: 5 }), (updates, sequence) => {
        const hits = sequence.map((id, index) => hit(id, 10 - index));
        expect(order(hits, updates).sort()).toEqual(ids);
        expect(order(hits)).toEqual(sequence);
      }),
    );
  });
});
