import { describe, expect, it } from '@jest/globals';
import { ConfigurationSchema, create, type MessageInitShape } from '@switchyard/contracts';
import type { ExplicitEnd } from './explicit-end.js';
import { livesOf, type EndCause, type Usage } from './lives.js';

const DAY = 86_400_000;
const START = Date.parse('2026-11-01T00:00:00Z');
const day = (number: number) => new Date(START + number * DAY);
const NOW = day(30);

/** A configuration that ran from one day to another. */
function used(
  fingerprint: string,
  [from, to]: [number, number],
  parts: MessageInitShape<typeof ConfigurationSchema> = {},
  more: Partial<Usage> = {},
): Usage {
  return {
    ...{
      agent: 'helper',
      firstRunAt: day(from),
      lastRunAt: day(to),
      runs: 50,
      failed: 0,
      recentRuns: 20,
      recentFailed: 0,
    },
    configuration: create(ConfigurationSchema, {
      backend: 'one',
      model: 'm',
      profileVersion: 'p',
      fingerprint,
      ...parts,
    }),
    ...more,
  };
}
const ends = (...usages: Usage[]) =>
  Object.fromEntries(
    livesOf(usages, NOW, DAY).map(({ configuration, end }) => [
      configuration.fingerprint,
      end && `${end.cause} by ${end.followedBy} for ${end.differsIn.join(', ')}`,
    ]),
  );

describe('the lives of configurations', () => {
  it('end where another one of the agent runs on, and the last one is in use', () => {
    expect(
      ends(used('a', [0, 10]), used('b', [10, 20], { agentVersion: 'v2' }), used('c', [20, 29], { backend: 'two' })),
    ).toEqual({
      a: 'superseded by b for agent_version',
      b: 'superseded by c for agent_version, backend',
      c: undefined,
    });
  });

  it('do not end while they are still run, as two do beside each other, or for another agent', () => {
    expect(ends(used('a', [0, 29.5]), used('b', [10, 29.9], { backend: 'two' }))).toEqual({
      a: undefined,
      b: undefined,
    });
    expect(ends(used('a', [0, 5]), used('b', [10, 29], { backend: 'two' }, { agent: 'other' }))).toEqual({
      a: undefined,
      b: undefined,
    });
  });

  it('of an agent that does not run at all go on: it is still what it would run', () => {
    expect(ends(used('a', [0, 3]))).toEqual({ a: undefined });
  });

  it('are rolled back where an older one comes again', () => {
    expect(ends(used('a', [0, 29]), used('b', [10, 12], { backend: 'two' }))).toEqual({
      a: undefined,
      b: 'rolled_back by a for backend',
    });
  });

  it('end by their error rate where half of their last runs failed', () => {
    const failing = { recentRuns: 20, recentFailed: 10 };
    expect(ends(used('a', [0, 10], {}, failing), used('b', [10, 29], { backend: 'two' }))).toMatchObject({
      a: 'error_rate by b for backend',
    });
    const few = { recentRuns: 4, recentFailed: 4 };
    expect(ends(used('a', [0, 10], {}, few), used('b', [10, 29], { backend: 'two' }))).toMatchObject({
      a: 'superseded by b for backend',
    });
  });

  it('end by their provider where the same endpoint answers with another model', () => {
    expect(ends(used('a', [0, 10]), used('b', [10, 29], { model: 'm-2' }))).toMatchObject({
      a: 'provider_change by b for backend',
    });
  });

  it('are followed by what ran first after them', () => {
    expect(
      ends(used('a', [0, 10]), used('b', [11, 29], { backend: 'two' }), used('c', [12, 29], { backend: 'three' })),
    ).toMatchObject({ a: 'superseded by b for backend' });
  });

  describe('whose end was noted', () => {
    const causesWith = (ends: ExplicitEnd[], ...usages: Usage[]) =>
      livesOf(usages, NOW, DAY, ends).map(({ configuration, end }) => [
        configuration.fingerprint,
        end && `${end.cause} on ${(end.at.getTime() - START) / DAY} by ${end.followedBy}`,
      ]);
    const rolledBack = (on: number, cause: EndCause = 'rolled_back'): ExplicitEnd => ({
      ...{ of: { agent: 'helper', agentVersion: 'v2' }, at: day(on), cause },
    });

    it('ended then and for that, though runs that were under way came to their end later', () => {
      const [base, tried] = [used('a', [0, 29.9]), used('b', [10, 12.4], { agentVersion: 'v2' })];
      expect(causesWith([rolledBack(12, 'cost')], base, tried)).toEqual([
        ['a', undefined],
        ['b', 'cost on 12 by a'],
      ]);
    });

    it('ended at once: nobody waits until it has been quiet, nor for another one to run', () => {
      expect(causesWith([rolledBack(29.95)], used('b', [29, 29.9], { agentVersion: 'v2' }))).toEqual([
        ['b', 'rolled_back on 29.95 by '],
      ]);
    });

    it('did not end where it was in use again, nor another agent of the same version', () => {
      expect(causesWith([rolledBack(12)], used('b', [10, 29.9], { agentVersion: 'v2' }))).toEqual([['b', undefined]]);
      const other = used('b', [29, 29.9], { agentVersion: 'v2' }, { agent: 'other' });
      expect(causesWith([rolledBack(29.95)], other)).toEqual([['b', undefined]]);
    });

    it('ended by the last of several ends', () => {
      const tried = used('b', [10, 20], { agentVersion: 'v2' });
      expect(causesWith([rolledBack(20.5, 'error_rate'), rolledBack(20.2, 'cost')], tried)).toEqual([
        ['b', 'error_rate on 20.5 by '],
      ]);
    });
  });
});
