import { describe, expect, it } from '@jest/globals';
import { create, PolicyRuleSchema, type MessageInitShape } from '@switchyard/contracts';
import fc from 'fast-check';
import { DECISIONS } from './decision.js';
import { RuleList, type GovernedCall } from './rule-list.js';
import { mayBeStopped, verdictOn, type Source } from './verdict.js';

type Rule = MessageInitShape<typeof PolicyRuleSchema>;

const listOf = (...rules: Rule[]): RuleList =>
  RuleList.compile(
    rules.map((rule) => create(PolicyRuleSchema, rule)),
    (toolset) => (toolset === 'shop.*' ? ['shop_pay', 'shop_look'] : []),
  );
const source = (by: string, ...rules: Rule[]): Source => ({ by, rules: listOf(...rules), seconds: 0 });
const call = (
  name: string,
  more: Partial<GovernedCall> & { effect?: string; isQuiet?: boolean } = {},
): GovernedCall => {
  const { effect = 'irreversible', isQuiet = false, ...rest } = more;
  const tool = { name, effect, tags: [], source: 'mcp:shop', isQuiet };
  return { tool, args: {}, agent: 'a', tenant: 't', user: '', ...rest };
};
const decided = (given: GovernedCall, ...sources: Source[]) => verdictOn(given, sources, false).decision;

describe('rules', () => {
  it('decide by the first that fits: names, toolsets, effect classes, conditions', () => {
    const rules = source(
      'agent',
      { tools: ['shop_pay'], when: 'args.amount < 10', decision: 'allow' },
      { tools: ['shop.*'], effects: ['irreversible'], decision: 'ask' },
      { tools: ['*'], effects: ['pure'], decision: 'allow' },
      { decision: 'deny' },
    );
    expect(decided(call('shop_pay', { args: { amount: 5 } }), rules)).toBe('allow');
    expect(decided(call('shop_pay', { args: { amount: 50 } }), rules)).toBe('ask');
    expect(decided(call('shop_look', { effect: 'pure' }), rules)).toBe('allow');
    expect(decided(call('other'), rules)).toBe('deny');
    expect(decided(call('other'), source('agent', { tools: ['empty.*'], decision: 'deny' }))).toBe('allow');
  });

  it('ask where their condition cannot be decided, also where they would allow or deny', () => {
    for (const decision of DECISIONS) {
      const verdict = verdictOn(call('shop_pay'), [source('policy:p', { when: 'args.amount > 1', decision })], false);
      expect(verdict).toMatchObject({
        decision: 'ask',
        by: 'policy:p',
        reason: expect.stringContaining('cannot be decided'),
      });
    }
  });

  it('reach what only waits or asks by its name alone', () => {
    const quiet = call('sleep', { isQuiet: true, effect: 'pure' });
    expect(
      decided(quiet, source('agent', { decision: 'deny' }), source('policy:p', { tools: ['*'], decision: 'ask' })),
    ).toBe('allow');
    expect(decided(quiet, source('agent', { tools: ['sleep'], decision: 'ask' }))).toBe('ask');
  });

  it('of which nothing can be made are refused', () => {
    expect(() => listOf({ decision: 'maybe' })).toThrow(expect.objectContaining({ code: 'policy.invalid' }));
    expect(() => listOf({ decision: 'ask', when: 'x' })).toThrow(
      expect.objectContaining({ code: 'condition.invalid' }),
    );
  });
});

describe('the rules of several', () => {
  it('say who decides and why, and the shortest time of those who ask', () => {
    const sources = [
      source('policy:a', { tools: ['shop_pay'], decision: 'ask', seconds: 60, reason: 'money' }),
      { ...source('agent', { tools: ['shop_pay'], decision: 'ask', reason: 'mine' }), seconds: 30 },
      source('policy:b', { tools: ['shop_look'], decision: 'deny', reason: 'no' }),
    ];
    expect(verdictOn(call('shop_pay'), sources, true)).toEqual({
      ...{ decision: 'ask', by: 'tool', reason: 'the tool itself says so', seconds: 30 },
    });
    expect(verdictOn(call('shop_pay'), sources, false)).toMatchObject({ by: 'policy:a', reason: 'money', seconds: 30 });
    expect(verdictOn(call('shop_look'), sources, true)).toEqual({
      decision: 'deny',
      by: 'policy:b',
      reason: 'no',
      seconds: 0,
    });
    expect(verdictOn(call('other'), sources, false)).toEqual({ decision: 'allow', by: '', reason: '', seconds: 0 });
  });

  const rule = fc.record({
    tools: fc.subarray(['shop_pay', 'shop.*', '*', 'other']),
    effects: fc.subarray(['pure', 'irreversible']),
    when: fc.constantFrom('', 'args.n > 3', 'args.none > 1', 'tool.effect == "pure"'),
    decision: fc.constantFrom(...DECISIONS),
  });
  const sources = fc.array(fc.array(rule, { maxLength: 4 }), { maxLength: 4 });
  const calls = fc
    .tuple(fc.constantFrom('shop_pay', 'shop_look', 'other'), fc.constantFrom('pure', 'irreversible'), fc.nat(6))
    .map(([name, effect, n]) => call(name, { effect, args: { n } }));
  const built = (lists: readonly (readonly Rule[])[]) =>
    lists.map((rules, index) => source(`policy:${index}`, ...rules));

  it('never let more through when another one is added', () =>
    fc.assert(
      fc.property(sources, fc.array(rule, { maxLength: 4 }), calls, fc.boolean(), (lists, added, given, askFirst) => {
        const before = verdictOn(given, built(lists), askFirst).decision;
        const after = verdictOn(given, built([...lists, added]), askFirst).decision;
        expect(DECISIONS.indexOf(after)).toBeLessThanOrEqual(DECISIONS.indexOf(before));
      }),
    ));

  it('stop no call of a tool of which they say that none is stopped', () =>
    fc.assert(
      fc.property(sources, calls, fc.boolean(), (lists, given, askFirst) => {
        if (mayBeStopped(given.tool, built(lists), askFirst)) return;
        expect(verdictOn(given, built(lists), askFirst).decision).toBe('allow');
      }),
    ));
});
