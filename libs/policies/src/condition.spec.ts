import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { Condition } from './condition.js';
import { ConditionFailed } from './expression.js';

const context = (args: JsonObject) => ({
  args,
  tool: { name: 'pay', effect: 'irreversible', tags: ['money'], source: 'mcp:bank' },
  agent: 'accountant',
  tenant: 'default',
  user: 'ada',
});
const ARGS: JsonObject = {
  amount: 150,
  rate: 0.5,
  to: { iban: 'NO93', name: 'Ada' },
  items: [{ price: 6 }, { price: 60 }],
  note: 'a'.repeat(50),
};
const holds = (text: string, args = ARGS): boolean => Condition.parse(text).holds(context(args));

describe('a condition', () => {
  it.each([
    ['args.amount > 100', true],
    ['args.amount >= 150.5', false],
    ['args.rate * 2.0 == 1.0', true],
    ['args.to.iban.startsWith("NO")', true],
    ['has(args.to.bic)', false],
    ['args.items.exists(i, i.price > 50)', true],
    ['size(args.items) == 2 && tool.effect == "irreversible"', true],
    ['"money" in tool.tags && tool.source == "mcp:bank"', true],
    ['agent in ["accountant", "clerk"] && tenant == "default" && user != ""', true],
    ['true', true],
  ])('%s is %s', (text, expected) => expect(holds(text)).toBe(expected));

  it.each([
    ['args.missing > 3', 'No such key: missing'],
    ['args.to > 3', 'no such overload'],
    ['args["__proto__"].polluted', 'No such key: __proto__'],
    ['args.amount', 'neither true nor false'],
  ])('%s cannot be decided of these arguments, and says why', (text, why) => {
    const undecided = () => holds(text);
    expect(undecided).toThrow(ConditionFailed);
    expect(undecided).toThrow(new RegExp(why, 'i'));
  });

  it.each([
    ['', /cannot be used/],
    ['args.amount >', /Unexpected token: EOF/],
    ['amount > 3', /Unknown variable: amount/],
    ['"text"', /it is a string, and neither true nor false/],
    ['1 + "a" == 2', /cannot be used/],
    ['args.note.matches("(a+)+$")', /matches\(\) is not offered/],
    ['args.items.all(i, args.items.all(j, i == j))', /within another loop/],
    ['args.items.map(i, args.items.filter(j, j == i)).exists(k, k == [])', /within another loop/],
    [`args.a == "${'x'.repeat(2_000)}"`, /longer than 2000/],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, /cannot be used/],
    [
      Array.from({ length: 400 }, (_, index) => `args.a${index} == 1`)
        .join(' || ')
        .slice(0, 1_999),
      /cannot be used/,
    ],
  ])('%s is refused when it is written down', (text, why) => {
    expect(() => Condition.parse(text)).toThrow(
      expect.objectContaining({ code: 'condition.invalid', message: expect.stringMatching(why) }),
    );
  });

  it('looks at no arguments that are huge: of those nothing is known', () => {
    const huge = { items: Array.from({ length: 40_000 }, (_, index) => index) };
    expect(() => holds('args.items.exists(i, i == 39999)', huge)).toThrow(/more than 65536 characters/);
  });
});
