import { describe, expect, it } from '@jest/globals';
import { judgeAll, TESTS, type Alarm } from './judge-turns.js';
import type { Observed, ObservedTurn } from './observed.js';

const HOUR = 3_600_000;
const at = (number: number) => new Date(Date.parse('2026-11-01T00:00:00Z') + number * HOUR);

/** Mulberry32: small, seeded, good enough to throw coins. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const QUIET: Observed = {
  ...{ key: 'm', durations: [100, 110, 90, 105, 95, 100], scores: { sum: 18, count: 20 } },
  ...{ tokens: { sum: 20, list: 30, han: 40 }, answers: { sum: 'a', list: 'b', han: 'c' } },
};
const turn = (number: number, parts: Partial<Observed> = {}): ObservedTurn => ({
  ...QUIET,
  number,
  at: at(number),
  ...parts,
});

/** All alarms of so many turns. */
function alarmsOver(count: number, partsAt: (number: number) => Partial<Observed>): (Alarm & { raisedAt: number })[] {
  const turns = Array.from({ length: count }, (_, index) => turn(index + 1, partsAt(index + 1)));
  return judgeAll(turns, TESTS).flatMap((alarms, index) => alarms.map((alarm) => ({ ...alarm, raisedAt: index + 1 })));
}

describe('turns of a watch', () => {
  it('raise nothing where nothing changes', () => {
    expect(alarmsOver(60, () => ({}))).toEqual([]);
  });

  it('raise a change of template at once, dated between two turns, and once', () => {
    const more = { sum: 27, list: 37, han: 47 };
    const alarms = alarmsOver(30, (number) => (number < 12 ? {} : { tokens: more, answers: { sum: 'x' } }));
    expect(alarms).toMatchObject([
      { kind: 'template', before: 'sum 20, list 30, han 40 tokens', changedAfter: at(11), changedBefore: at(12) },
    ]);
  });

  it('raise a change of tokenizer where texts count otherwise by what they are', () => {
    const alarms = alarmsOver(4, (number) => (number < 3 ? {} : { tokens: { ...QUIET.tokens, han: 25 } }));
    expect(alarms).toMatchObject([{ kind: 'tokenizer', before: 'han 40 tokens', after: 'han 25 tokens', raisedAt: 3 }]);
  });

  it('raise other answers, longer times and lower scores within a day of hours', () => {
    const changed: [Alarm['kind'], Partial<Observed>][] = [
      ['answers', { answers: { sum: 'z', list: 'y', han: 'x' } }],
      ['latency', { durations: [400, 380, 450, 90, 420, 400] }],
      ['quality', { scores: { sum: 12, count: 20 } }],
    ];
    for (const [kind, parts] of changed) {
      const [alarm, ...rest] = alarmsOver(44, (number) => (number <= 20 ? {} : parts));
      expect(rest).toEqual([]);
      expect(alarm).toMatchObject({ kind, changedAfter: at(20), changedBefore: at(21) });
      expect(alarm?.raisedAt).toBeLessThanOrEqual(44);
    }
  });

  it('begin anew where the configuration changed: that is told by itself', () => {
    const other = { key: 'm-2', tokens: { sum: 1, list: 2, han: 3 }, answers: {}, scores: { sum: 2, count: 20 } };
    expect(alarmsOver(40, (number) => (number <= 20 ? {} : other))).toEqual([]);
  });

  it('say nothing where nothing was measured', () => {
    const nothing = { tokens: {}, answers: {}, durations: [], scores: { sum: 0, count: 0 } };
    expect(alarmsOver(30, (number) => (number % 3 === 0 ? nothing : {}))).toEqual([]);
  });

  it('of a backend that varies and does not change raise a false alarm once in a thousand turns of a test at most', () => {
    const simulations = 60;
    const turns = 300;
    let raised = 0;
    for (let seed = 1; seed <= simulations; seed += 1) {
      const random = randomOf(seed);
      const answer = () => (random() < 0.8 ? 'a' : `${random()}`);
      const observed = Array.from({ length: turns }, (_, index) =>
        turn(index + 1, {
          answers: { sum: answer(), list: answer(), han: answer(), digits: answer() },
          durations: Array.from({ length: 6 }, () => (random() < 0.05 ? 500 : 80 + 60 * random())),
          scores: { sum: Array.from({ length: 10 }, () => random()).filter((value) => value < 0.7).length, count: 10 },
        }),
      );
      raised += judgeAll(observed, TESTS).flat().length;
    }

    expect(raised).toBeLessThanOrEqual((simulations * turns * 3) / 1_000);
  });
});
