import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findExpressions } from './find-expressions.js';

const expressions = (text: string): string[] => findExpressions(text).map(({ expression }) => expression);

describe('a number is read whole, in whatever form', () => {
  it.each([
    ['What is 5 million / 4?', '5000000 / 4'],
    ['17% of 23.4 million', '17 / 100 * 23400000'],
    ['3.5k * 2', '3500 * 2'],
    ['two hundred thousand plus one', '200000 + 1'],
    ['.5 * 4', '0.5 * 4'],
    ['1e3 * 2', '1e3 * 2'],
    ['1,5 * 2', '1.5 * 2'],
    ['1,234 * 2', '1234 * 2'],
    ['1,234.5 * 2', '1234.5 * 2'],
    ['1.250,50 + 2', '1250.50 + 2'],
    ['1.234.567 / 2', '1234567 / 2'],
    ['5.50€ * 3', '5.50 * 3'],
    ['$5 * 3', '5 * 3'],
    ['12 minus negative 5', '12 - -5'],
    ['average of 1,5 and 2,5', '(1.5 + 2.5) / 2'],
    ['sum of 1,2,3', '1 + 2 + 3'],
    ['max(3,4) * 2', 'max(3, 4) * 2'],
  ])('%s', (text, expression) => expect(expressions(text)).toEqual([expression]));
});

describe('operators and phrases are read in whatever spelling', () => {
  it.each([
    ['17%of 2340', '17 / 100 * 2340'],
    ['17% of\n2340?', '17 / 100 * 2340'],
    ['17% of (200 + 40)', '17 / 100 * (200 + 40)'],
    ['100 + 50 + 10%', '(100 + 50) * (1 + 10 / 100)'],
    ['Add 8% tax to 250', '250 * (1 + 8 / 100)'],
    ['10 % 3', '10 mod 3'],
    ['2(3+4)', '2 * (3 + 4)'],
    ['((3+4)*2)', '(3 + 4) * 2'],
    ['the sum of 2+2 and 3', '(2 + 2) + 3'],
    ['5 factorial', 'factorial(5)'],
    ['7!', 'factorial(7)'],
    ['What is 7!', 'factorial(7)'],
    ['5! / 3!', 'factorial(5) / factorial(3)'],
    ['√16', 'sqrt(16)'],
    ['5² + 1', '(5 ^ 2) + 1'],
    ['100 km in miles', '100 km to mile'],
    ['how many miles is 100 km?', '100 km to mile'],
    ['20 degrees celsius to fahrenheit', '20 degC to degF'],
    ['Was ist 17% von 2340?', '17 / 100 * 2340'],
    ['Wie viel ist 17 mal 3?', '17 * 3'],
    ['¿Cuánto es 17% de 2340?', '17 / 100 * 2340'],
    ['Combien font 3 fois 4 ?', '3 * 4'],
  ])('%s', (text, expression) => expect(expressions(text)).toEqual([expression]));

  it('a percentage and a conversion are named as they were said', () => {
    expect(findExpressions('what is 17% of 23.4 million?')[0]?.label).toBe('17% of 23.4 million');
    expect(findExpressions('100 km in miles')[0]?.label).toBe('100 km in miles');
  });
});

describe('what was not understood whole is no expression', () => {
  it.each([
    '5 zillion / 4',
    '4 / 5 zillion',
    '5 + 3 * zillion',
    'zillion * 4 + 3',
    '3.5q * 2',
    '17% of 2 340',
    '1,2,3 * 2',
    'sum of 1,5 and 2',
    '5€ + $3',
    '5 apples plus 3 apples',
    '10%3',
    '(2+3',
    '2*((3+4)',
    'log 5 + 3',
    'a third of 3 + 6',
    '100 km in kilograms',
    'Calculate 2+2!',
    'what is 5 zillion * 3, then add 8',
  ])('%s', (text) => expect(expressions(text)).toEqual([]));
});

describe('names, dates, numbers of telephones and versions are no arithmetic', () => {
  it.each([
    'the meaning of 24/7?',
    'What is the meaning of 24/7?',
    'a 9/11 call',
    '2020-2021',
    '12/5',
    'on 05/01/2024 we met',
    'is 2024-05-01 a holiday',
    'call 555-123-4567',
    '+49 30 1234567',
    'v1.2 - 1.3',
    'from 1.2.3 to 1.2.4',
  ])('%s', (text) => expect(expressions(text)).toEqual([]));

  it('unless their result is asked for', () => {
    expect(expressions('what is 24/7?')).toEqual(['24 / 7']);
    expect(expressions('Please tell me what 144/12 is')).toEqual(['144 / 12']);
  });
});

/** A generated calculation: what is typed, and what it comes to. */
interface Sum {
  typed: string;
  value: number;
}

const OPERATORS: readonly [string[], (a: number, b: number) => number][] = [
  [['+', ' + ', ' plus ', ' más '], (a, b) => a + b],
  [[' - ', '-', ' minus ', ' less ', ' moins '], (a, b) => a - b],
  [['*', ' * ', ' × ', ' x ', ' times ', ' multiplied by ', ' mal ', ' fois '], (a, b) => a * b],
  [['/', ' / ', ' ÷ ', ' divided by ', ' over ', ' geteilt durch '], (a, b) => a / b],
];
const spelled = fc.tuple(fc.integer({ min: 1, max: 9_999_999 }), fc.nat(5)).map(([value, form]): Sum => {
  const quarter = value / 4;
  const forms: Sum[] = [
    { typed: String(value), value },
    { typed: value.toLocaleString('en'), value },
    { typed: quarter.toFixed(2), value: quarter },
    { typed: quarter.toFixed(2).replace('.', ','), value: quarter },
    { typed: `${(value % 100) + 1} million`, value: ((value % 100) + 1) * 1e6 },
    { typed: `$${value}`, value },
  ];
  return forms[form] ?? { typed: String(value), value };
});
const pair = fc
  .tuple(spelled, fc.nat(OPERATORS.length - 1), fc.nat(7), spelled)
  .map(([a, operator, spelling, b]): Sum => {
    const [spellings = [], apply] = OPERATORS[operator] ?? [];
    const typed = `${a.typed}${spellings[spelling % spellings.length] ?? ''}${b.typed}`;
    return { typed, value: apply?.(a.value, b.value) ?? NaN };
  });
const nested = fc.tuple(pair, pair, fc.boolean()).map(([a, b, isProduct]): Sum => ({
  typed: `(${a.typed})${isProduct ? '' : ' + '}(${b.typed})`,
  value: isProduct ? a.value * b.value : a.value + b.value,
}));
const percent = fc
  .tuple(fc.integer({ min: 1, max: 200 }), fc.constantFrom('%', ' %', ' percent', ' per cent'), spelled)
  .map(([rate, sign, whole]): Sum => ({
    typed: `${rate}${sign} of ${whole.typed}`,
    value: (rate / 100) * whole.value,
  }));

it('whatever the spelling, the expression comes to what was meant', () => {
  const lead = fc.constantFrom('what is ', 'Calculate ', 'how much is ', 'was ist ');
  fc.assert(
    fc.property(lead, fc.oneof(pair, nested, percent), (before, { typed, value }) => {
      const found = expressions(`${before}${typed}?`);
      expect(found).toHaveLength(1);
      const expression = found[0] ?? '';
      expect(expression).toMatch(/^[\d.+*/() -]+$/);
      expect(valueOf(expression)).toBeCloseTo(value, 3 - Math.ceil(Math.log10(Math.abs(value) + 1)));
    }),
    { numRuns: 500 },
  );
});

it('phrases within phrases without end are given up', () => {
  for (const piece of ['take ', 'add ', 'increase ', 'half of ', '(', 'sqrt(', '5% of ', '- ', '-', '√', 'negative ']) {
    expect(expressions(piece.repeat(500))).toEqual([]);
  }
});

/** Sums, products and brackets, apart from the code under test. */
function valueOf(expression: string): number {
  const tokens = expression.match(/\d+(?:\.\d+)?|[-+*/()]/g) ?? [];
  const primary = (): number => {
    const token = tokens.shift();
    if (token === '-') return -primary();
    if (token !== '(') return Number(token);
    const inner = sum();
    tokens.shift();
    return inner;
  };
  const product = (): number => {
    let value = primary();
    while (tokens[0] === '*' || tokens[0] === '/')
      value = tokens.shift() === '*' ? value * primary() : value / primary();
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[0] === '+' || tokens[0] === '-')
      value = tokens.shift() === '+' ? value + product() : value - product();
    return value;
  };
  return sum();
}
