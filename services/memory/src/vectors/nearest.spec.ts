import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Nearest } from './nearest.js';

it('the nearest are the first of all when they are sorted, in whatever order they come', () => {
  // Few cosines, so that many are equal.
  const offers = fc.uniqueArray(fc.record({ doc: fc.nat(500), cosine: fc.integer({ min: -3, max: 3 }) }), {
    selector: ({ doc }) => doc,
    maxLength: 80,
  });
  fc.assert(
    fc.property(offers, fc.integer({ min: 1, max: 20 }), (all, limit) => {
      const nearest = new Nearest(limit);
      for (const { doc, cosine } of all) nearest.offer(doc, cosine);
      const sorted = [...all].sort((a, b) => b.cosine - a.cosine || a.doc - b.doc).slice(0, limit);
      expect(nearest.hits()).toEqual(sorted.map(({ doc, cosine }) => ({ doc: String(doc), cosine })));
    }),
  );
});
