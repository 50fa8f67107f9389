import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readOrder } from './order-answer.js';
import { putInOrder } from './put-in-order.js';

describe('an order that a model gives', () => {
  it('is that of what it was given, each once, with what it forgot behind', () => {
    const order = ['c', 'x', 'a', 'c'];
    expect(readOrder({ order }, ['a', 'b', 'c'])).toEqual({ answer: ['c', 'a', 'b'], dropped: 2 });
  });

  it.each([null, 'a, b', [], {}, { order: 'a' }, { order: [] }, { order: [1] }, { order: ['x'] }])(
    'is none where it is %j',
    (output) => {
      expect(readOrder(output, ['a', 'b'])).toBeUndefined();
    },
  );

  it('loses no candidate and adds none, whatever it is', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 });
    fc.assert(
      fc.property(ids, fc.array(fc.constantFrom('a', 'b', 'c', 'x', '')), (given, order) => {
        const read = readOrder({ order }, given);
        if (read) expect([...read.answer].sort()).toEqual([...given].sort());
      }),
    );
  });

  it('puts hits there, and the scores of places still fall', () => {
    const hits = [
      { id: 'a', score: 3 },
      { id: 'b', score: 2 },
      { id: 'c', score: 1 },
    ];
    expect(putInOrder(hits, ['b', 'a'], 'ranker')).toEqual([
      { id: 'b', score: 3, placed: { by: 'ranker', from: 2, to: 1 } },
      { id: 'a', score: 2, placed: { by: 'ranker', from: 1, to: 2 } },
      { id: 'c', score: 1 },
    ]);
  });
});
