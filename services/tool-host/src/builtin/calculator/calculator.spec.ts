import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SwitchyardError } from '@switchyard/contracts';
import { evaluateExpression } from './evaluate-expression.js';

describe('calculator', () => {
  it.each([
    ['2 + 3 * 4', '14'],
    ['(1250 * 3) / 7', '535.714285714286'],
    ['0.1 + 0.2', '0.3'],
    ['2^64', '18446744073709551616'],
    ['2 ** 10', '1024'],
    ['123456789 * 987654321', '121932631112635269'],
    ['15% of 80', '12'],
    ['8.5% of 1,200', '102'],
    ['200 + 10%', '220'],
    ['50%', '0.5'],
    ['17% * 2340', '397.8'],
    ['1,250 × 3 =', '3750'],
    ['10 ÷ 4', '2.5'],
    ['7 − 9', '-2'],
    ['√16 + √(9)', '7'],
    ['sqrt(2)', '1.4142135623731'],
    ['max(1, 250)', '250'],
    ['mean([1, 2, 3, 4])', '2.5'],
    ['factorial(20)', '2432902008176640000'],
    ['5! / 3!', '20'],
    ['5 km to mile', '3.10685596118667 mile'],
    ['20 degC to degF', '68 degF'],
    ['1 / 3', '0.333333333333333'],
    ['10 mod 3', '1'],
    ['round(2.567, 2)', '2.57'],
    ['5 > 3', 'true'],
  ])('%s is %s', (expression, value) => expect(evaluateExpression(expression)).toBe(value));

  it.each([
    'import("fs")',
    'evaluate("1")',
    'parse("1")',
    'createUnit("foo")',
    'config({})',
    'reviver(1)',
    'f(x) = x',
    'x = 3',
    '1; 2',
    '1:1000000000',
    'ones(10000, 10000)',
    'cos.constructor("return process")()',
    '{a: 1}.a',
    '[1, 2][1]',
    'sqrt',
    'help(sin)',
    'simplify("x + x")',
    'random()',
    'process',
    'constructor',
    '',
    '2 +',
    '('.repeat(500),
    '9'.repeat(1_001),
  ])('refuses %s with a coded error', (expression) => {
    expect(() => evaluateExpression(expression)).toThrow(SwitchyardError);
  });

  it('ends what would hold up the host', () => {
    expect(() => evaluateExpression('factorial(3000000)')).toThrow(SwitchyardError);
  });

  it.each(['sin(1e3000)', 'sinh(1e3000)', 'cosh(1e30)', 'cos(10^100000)', 'bitAnd(10^100000, 10^99999)'])(
    'calculates as before after %s, which has no end or no value',
    (expression) => {
      expect(() => evaluateExpression(expression)).toThrow(SwitchyardError);
      expect(['1 / 3', 'sqrt(2)', 'sin(1)', 'exp(1.5)', '1 / 3 * 3', '2 / 3'].map(evaluateExpression)).toEqual([
        '0.333333333333333',
        '1.4142135623731',
        '0.841470984807897',
        '4.48168907033806',
        '1',
        '0.666666666666667',
      ]);
    },
  );

  it('answers or refuses any text, and never fails otherwise', () => {
    const character = fc.constantFrom(...'0123456789+-*/^()!%,. eπ√of[]{}:;=x"\'&|<>?ab_$#@\\');
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 24 }), (expression) => {
        try {
          expect(typeof evaluateExpression(expression)).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(SwitchyardError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with JavaScript on whole numbers', () => {
    const small = fc.integer({ min: -10_000, max: 10_000 });
    fc.assert(
      fc.property(small, small, small, (a, b, c) => {
        expect(evaluateExpression(`(${a}) * (${b}) + (${c})`)).toBe(String(a * b + c));
      }),
      { numRuns: 50 },
    );
  });
});
