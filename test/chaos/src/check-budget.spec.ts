import { describe, expect, it } from '@jest/globals';
import { accepted, journal, kinds, program, runSeen, type Body } from './check.fixture.js';
import { checkAllowance, checkBudget } from './check-budget.js';
import type { Violation } from './violation.js';

const reserved = (tokens: number): Body => ({ case: 'budgetReserved', value: { turn: 1, tokens } });
const settled = (tokens: number): Body => ({ case: 'budgetSettled', value: { turn: 1, tokens } });

/** Of runs of one tree that may use 40 tokens. */
function found(runs: Body[][], error?: object): string[] {
  const violations: Violation[] = [];
  const seen = runs.map((entries) => runSeen(journal([accepted, ...entries])));
  if (error && seen[0]) seen[0].run = { status: 'failed', error };
  checkBudget(
    { scenario: { program, watched: false, tokens: 40 }, runs: seen, ended: true, streamFaults: [] },
    (kind, text) => violations.push({ kind, program: 'p', text }),
  );
  return kinds(violations);
}

const turnOf = (tokens: number): Body[] => [reserved(100), settled(tokens)];

describe('of a limit, what the verifier finds', () => {
  it('is nothing where it is exceeded by less than one turn sets aside', () => {
    expect(found([[...turnOf(15), ...turnOf(15), ...turnOf(100)]])).toEqual([]);
    expect(found([turnOf(15), turnOf(100)])).toEqual([]);
  });

  it('is more than that, also by runs together, and by what was set aside and never settled', () => {
    expect(found([[...turnOf(60), ...turnOf(100)]])).toEqual(['wrong']);
    expect(found([turnOf(60), turnOf(100)])).toEqual(['wrong']);
    expect(found([turnOf(60), [reserved(100)]])).toEqual(['wrong']);
  });

  it('is an end for a budget that had room', () => {
    const exhausted = (spent: number, aside: number) => ({
      code: 'budget.exhausted',
      details: { spent, reserved: aside },
    });
    expect(found([turnOf(15)], exhausted(30, 10))).toEqual([]);
    expect(found([turnOf(15)], exhausted(30, 0))).toEqual(['wrong']);
  });
});

describe('of the budget of an agent, what the verifier finds', () => {
  /** Of a budget of 100 tokens. */
  const ofAgent = (runs: Body[][], spent: number, aside = 0): string[] => {
    const violations: Violation[] = [];
    const outcomes = runs.map((entries) => ({
      ...{ scenario: { program, watched: false, frugal: true as const }, ended: true, streamFaults: [] },
      runs: [runSeen(journal([accepted, ...entries]))],
    }));
    const say = (kind: Violation['kind'], text: string) => void violations.push({ kind, program: 'p', text });
    checkAllowance(outcomes, { limit: 100, spent, reserved: aside }, say);
    return kinds(violations);
  };

  it('is nothing where all runs together were charged what it counts', () => {
    expect(ofAgent([turnOf(15), turnOf(20)], 35)).toEqual([]);
    expect(ofAgent([turnOf(15), [reserved(100)]], 15, 100)).toEqual([]);
  });

  it('is what it forgot, what it counts twice, and what went beyond it', () => {
    expect(ofAgent([turnOf(15), turnOf(20)], 20)).toEqual(['lost']);
    expect(ofAgent([turnOf(15), turnOf(20)], 50)).toEqual(['duplicated']);
    expect(ofAgent([turnOf(100), turnOf(100)], 200)).toEqual(['wrong']);
  });
});
