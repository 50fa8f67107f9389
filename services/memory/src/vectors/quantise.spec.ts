import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quantise, restore, unit } from './quantise.js';
import { padded, Scanner } from './scan.js';

const vector = (length: number) =>
  fc
    .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length })
    .map((values) => Float32Array.from(values));

describe('a byte a dimension', () => {
  it('is off by half a step at most', () => {
    fc.assert(
      fc.property(vector(48), (exact) => {
        const { scale, codes } = quantise(exact);
        const rounded = restore({ scale, codes });
        exact.forEach((value, index) =>
          expect(Math.abs(value - (rounded[index] ?? 9))).toBeLessThanOrEqual(scale * 0.501 + 1e-30),
        );
      }),
    );
  });

  it('keeps a vector of zeros', () => {
    expect(restore(quantise(new Float32Array(4)))).toEqual(new Float32Array(4));
    expect(unit(new Float32Array(4))).toEqual(new Float32Array(4));
  });
});

describe('the scan', () => {
  it('gives the products of plain arithmetic, whatever the numbers of rows and dimensions', () => {
    const scanner = new Scanner();
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 80 })
          .chain((dimensions) =>
            fc.record({ query: vector(dimensions), rows: fc.array(vector(dimensions), { maxLength: 30 }) }),
          ),
        ({ query, rows }) => {
          const width = padded(query.length);
          const codes = new Int8Array(rows.length * width);
          const quantised = rows.map(quantise);
          quantised.forEach((row, index) => codes.set(row.codes, index * width));
          const wide = new Float32Array(width);
          wide.set(query);
          const products = scanner.scan(wide, codes, rows.length, width);
          quantised.forEach((row, index) => {
            const plain = row.codes.reduce((sum, code, at) => sum + code * (query[at] ?? 0), 0);
            expect(Math.abs((products[index] ?? 1e9) - plain)).toBeLessThan(0.01 + Math.abs(plain) * 1e-3);
          });
        },
      ),
    );
  });

  it('goes on over more rows than fit at once', () => {
    const rows = 20_000;
    const codes = new Int8Array(rows * 64).fill(1);
    codes[(rows - 1) * 64] = 100;
    const products = new Scanner().scan(new Float32Array(64).fill(0.125), codes, rows, 64);
    expect(products[0]).toBeCloseTo(8, 3);
    expect(products[rows - 1]).toBeCloseTo(8 + 99 * 0.125, 2);
  });
});
