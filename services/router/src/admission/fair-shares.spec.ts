import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairShares, inOrder, sharesOf, SLOTS_PER_NORMAL, type Slot, type Waiting } from './fair-shares.js';

const of = (tenant: string, count: number, priority = 0): Waiting => ({ tenant, priority, count });
const sum = (waiting: readonly Waiting[]) => waiting.reduce((total, { count }) => total + count, 0);
const among = (slots: readonly Slot[], pick: (slot: Slot) => boolean) => slots.filter(pick).length;

const tenants = fc.uniqueArray(
  fc.record({ tenant: fc.constantFrom('a', 'b', 'c', 'd'), priority: fc.constantFrom(0, 1), count: fc.nat(40) }),
  { selector: ({ tenant, priority }) => `${tenant}${priority}` },
);

describe('fair shares', () => {
  it('fill the room, and never more of it than is there, nor more than waits', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), tenants), { maxLength: 8 }), (rounds) => {
        const fair = new FairShares();
        for (const [room, waiting] of rounds) {
          const slots = fair.allot(room, waiting);
          expect(slots).toHaveLength(Math.min(room, sum(waiting)));
          for (const { tenant, priority, count } of sharesOf(slots)) {
            const there = waiting.find((entry) => entry.tenant === tenant && entry.priority === priority);
            expect(count).toBeLessThanOrEqual(there?.count ?? 0);
          }
        }
      }),
    );
  });

  it('are equal among tenants that have enough waiting, however the slots come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }), (rooms) => {
        const fair = new FairShares();
        const had: Record<string, number> = { a: 0, b: 0, c: 0 };
        for (const room of rooms)
          for (const { tenant } of fair.allot(room, [of('a', 99), of('b', 99), of('c', 99)]))
            had[tenant] = (had[tenant] ?? 0) + 1;
        expect(Math.max(...Object.values(had)) - Math.min(...Object.values(had))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('let a tenant with little through beside a greedy one: nothing of it waits for the other to finish', () => {
    const fair = new FairShares();
    for (let slot = 0; slot < 300; slot += 1) fair.allot(1, [of('greedy', 64)]);
    let [greedy, modest] = [0, 10];
    while (modest > 0) {
      for (const { tenant } of fair.allot(2, [of('greedy', 64), of('modest', modest)])) {
        if (tenant === 'modest') modest -= 1;
        else greedy += 1;
      }
    }
    expect(greedy).toBeLessThanOrEqual(11);
  });

  it('give nobody more for having asked for nothing before', () => {
    const fair = new FairShares();
    for (let slot = 0; slot < 100; slot += 1) fair.allot(1, [of('early', 64)]);
    const both = Array.from({ length: 20 }, () => fair.allot(1, [of('early', 64), of('late', 64)])).flat();
    expect(among(both, ({ tenant }) => tenant === 'late')).toBe(10);
  });

  it('put high priority first, and leave every eighth slot to the others', () => {
    const fair = new FairShares();
    const slots = Array.from({ length: 10 * SLOTS_PER_NORMAL }, () =>
      fair.allot(1, [of('a', 64, 1), of('b', 64, 0)]),
    ).flat();
    expect(among(slots, ({ priority }) => priority === 0)).toBe(10);
    expect(among(new FairShares().allot(7, [of('a', 64, 1), of('b', 64, 0)]), ({ priority }) => priority === 1)).toBe(
      7,
    );
  });

  it('stay in their order when runs are put to them, whatever order those came in and whoever is missing', () => {
    const slots: Slot[] = ['a', 'b', 'a', 'c', 'a'].map((tenant) => ({ tenant, priority: 0 }));
    const run = (tenant: string, id: number) => ({ tenant, priority: 0, id });
    const runs = [run('c', 1), run('a', 2), run('a', 3), run('b', 4)];
    expect(inOrder(slots, runs).map(({ id }) => id)).toEqual([2, 4, 3, 1]);
  });
});
