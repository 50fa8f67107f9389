import { describe, expect, it } from '@jest/globals';
import { ConditionFailed } from './expression.js';
import { TaskCondition } from './task-condition.js';

const TASK = {
  input: 'I want a Refund for order 12',
  ...{ agent: 'shop', tenant: 'default', user: 'ann', metadata: { channel: 'mail' } },
};
const holds = (text: string) => TaskCondition.parse(text).holds(TASK);

describe('a condition on a task', () => {
  it.each([
    ['input.lowerAscii().contains("refund")', true],
    ['input.contains("refund")', false],
    ['metadata.channel == "mail" && agent == "shop"', true],
    ['has(metadata.region) && metadata.region == "eu"', false],
    ['size(input) > 1000', false],
    ['user in ["ann", "bob"]', true],
  ])('%s is %s', (text, expected) => expect(holds(text)).toBe(expected));

  it('of something that the task does not have cannot be decided', () => {
    expect(() => holds('metadata.region == "eu"')).toThrow(ConditionFailed);
  });

  it.each([
    ['args.amount > 3', /Unknown variable: args.*over input/],
    ['input.matches("(a+)+$")', /matches\(\) is not offered/],
    ['input', /it is a string/],
  ])('%s cannot be used', (text, why) => expect(() => TaskCondition.parse(text)).toThrow(why));
});
