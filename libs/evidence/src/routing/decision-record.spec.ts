import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import fc from 'fast-check';
import { decideFrom, type RoutedTask } from './decide-from.js';
import { differenceOf, isOfTheseRules, recordOf, type DecisionRecord } from './decision-record.js';
import { drawOf } from './draw.js';
import { readRecord } from './read-record.js';
import { readSnapshot } from './read-snapshot.js';
import { follow, startSnapshot, type RoutingEntry } from './snapshot.js';

const BACKENDS = ['alpha', 'beta', 'gamma'];
const entry: fc.Arbitrary<RoutingEntry> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('outcome' as const),
      outcome: fc.record({
        backend: fc.constantFrom(...BACKENDS),
        taskClass: fc.constantFrom('', 'letters', 'sums'),
        quality: fc.double({ min: 0, max: 1, noNaN: true }),
        cost: fc.double({ min: 0, max: 1, noNaN: true }),
        latencyMs: fc.double({ min: 0, max: 60_000, noNaN: true }),
      }),
    }),
  },
  fc.record({
    kind: fc.constant('settings' as const),
    settings: fc.record({ exploration: fc.double({ min: 0, max: 0.2, noNaN: true }) }),
  }),
  fc.record({ kind: fc.constant('certified' as const), backends: fc.subarray(BACKENDS) }),
  fc.record({
    kind: fc.constant('priors' as const),
    priors: fc.dictionary(fc.constantFrom(...BACKENDS), fc.constant({ quality: 0.75, runs: 20 })),
  }),
);
const task: RoutedTask = {
  policy: { kind: 'balanced' },
  taskClass: 'letters',
  contextTokens: 1_000,
  candidates: BACKENDS.map((backend, i) => ({
    ...{ backend, health: 'fit' as const, contextWindow: 8_000 },
    estimatedCost: i / 7,
  })),
};
/** As JSON of which the order of keys is not kept, as in a journal. */
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value, reordered)) as T;
function json(value: object): JsonObject {
  const copy: JsonObject = JSON.parse(JSON.stringify(value, reordered));
  return copy;
}
function reordered(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}

describe('the record of a decision', () => {
  it('gives the same decision again from the log of entries, whatever was learnt, also after storage as JSON', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), fc.string(), (entries, runId) => {
        const decided = entries.reduce(follow, startSnapshot());
        const record = recordOf(decided, task, decideFrom(decided, task, drawOf(runId)));
        const learntAgain = stored(entries).reduce(follow, startSnapshot());
        expect(learntAgain).toEqual(decided);
        const [keptRecord, keptSnapshot] = [readRecord(stored(record)), readSnapshot(json(learntAgain))];
        if (!keptRecord || !keptSnapshot) throw new Error('What was stored cannot be read');
        expect(differenceOf(keptRecord, keptSnapshot)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('tells what differs where it was changed, or belongs to another revision', () => {
    const snapshot = startSnapshot();
    const record = recordOf(snapshot, task, decideFrom(snapshot, task, 0.5));
    const changed = (part: Partial<DecisionRecord>) => differenceOf({ ...record, ...part }, snapshot);
    expect(changed({ backend: 'gamma' })).toMatch(/^backend: alpha, and gamma/);
    expect(changed({ revision: 7 })).toMatch(/revision 0.*7/);
    expect(changed({ why: 'because' })).toMatch(/^why/);
    const [first, ...rest] = record.candidates;
    expect(changed({ candidates: [{ ...first, backend: 'alpha', score: 0.9 }, ...rest] })).toMatch(/^candidates/);
  });

  it('stays small: what is lacking goes first, then what can be computed again, and it is still taken again', () => {
    const snapshot = startSnapshot();
    const many: RoutedTask = {
      ...task,
      candidates: Array.from({ length: 16 }, (_, i) => ({
        ...{ backend: `backend-${i}`, health: 'fit' as const, contextWindow: 200_000, estimatedCost: 0.0123 + i },
      })),
    };
    const lacking = [{ backend: 'small', lacks: ['context: 10 tokens, 1000 needed'] }];
    const record = recordOf(snapshot, many, decideFrom(snapshot, many, 0.5), lacking);
    expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThanOrEqual(2_048);
    expect(record.lacking).toEqual([]);
    expect(record.candidates[0]?.score).toBeDefined();
    expect(differenceOf(record, snapshot)).toBeUndefined();
    expect(recordOf(snapshot, task, decideFrom(snapshot, task, 0.5), lacking).lacking).toEqual(lacking);
  });

  it('is not read where it is nonsense, or another version wrote what it was taken by', () => {
    const snapshot = startSnapshot();
    const record = recordOf(snapshot, task, decideFrom(snapshot, task, 0.5));
    expect(readRecord(record)).toBe(record);
    expect(readRecord(undefined)).toBeUndefined();
    for (const part of [
      { policy: 'luck' },
      { draw: 'high' },
      { candidates: [{ backend: 1 }] },
      { candidates: [{ backend: 'a', health: 'ill' }] },
      { lacking: [{ backend: 'a' }] },
      { budget: { per_task: 1 } },
    ])
      expect(readRecord({ ...record, ...part })).toBeUndefined();
    expect(readSnapshot({ revision: 1, state: { version: 99 }, priors: {}, certified: [] })).toBeUndefined();
    expect(readSnapshot({ revision: 1 })).toBeUndefined();
  });

  it('is read where it was taken by other rules, and known to be', () => {
    const snapshot = startSnapshot();
    const record = recordOf(snapshot, task, decideFrom(snapshot, task, 0.5));
    expect(isOfTheseRules(record)).toBe(true);
    const { rules, ...first } = record;
    expect(readRecord(first)).toBe(first);
    expect([first, { ...record, rules: 99 }].map(isOfTheseRules)).toEqual([false, false]);
    expect(readRecord({ ...record, rules: 'new' })).toBeUndefined();
    expect(rules).toBeGreaterThan(1);
  });

  it('draws evenly, and the same for the same run', () => {
    const draws = Array.from({ length: 2_000 }, (_, i) => drawOf(`run_${i}`));
    expect(drawOf('run_7')).toBe(draws[7]);
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
    for (const tenth of [0.1, 0.5, 0.9])
      expect(Math.abs(draws.filter((draw) => draw < tenth).length / draws.length - tenth)).toBeLessThan(0.04);
  });
});
