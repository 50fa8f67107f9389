import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import fc from 'fast-check';
import { GroupCommit } from './group-commit.js';

/** A flush that the test lets go by hand. */
function heldFlush() {
  const groups: { items: readonly number[]; release: () => void; break: (error: unknown) => void }[] = [];
  const flush = (items: readonly number[]): Promise<PromiseSettledResult<number>[]> =>
    new Promise((resolve, reject) => {
      const release = (): void => resolve(items.map((value) => ({ status: 'fulfilled', value: value * 10 })));
      groups.push({ items, release, break: reject });
    });
  return { groups, flush };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('GroupCommit', () => {
  it('flushes at once when idle, together with what came in the same tick', async () => {
    const { groups, flush } = heldFlush();
    const commit = new GroupCommit({ flush, maxWaitMs: 60_000 });
    const results = [commit.submit(1), commit.submit(2)];
    await tick();
    expect(groups.map((group) => group.items)).toEqual([[1, 2]]);
    groups[0]?.release();
    await expect(Promise.all(results)).resolves.toEqual([10, 20]);
  });

  it('gathers what comes while a flush is under way, and sends it when the flush returns', async () => {
    const { groups, flush } = heldFlush();
    const commit = new GroupCommit({ flush, maxWaitMs: 60_000, maxInFlight: 1 });
    const first = commit.submit(1);
    await tick();
    const rest = [commit.submit(2), commit.submit(3)];
    await tick();
    expect(groups).toHaveLength(1);
    groups[0]?.release();
    await first;
    await tick();
    expect(groups[1]?.items).toEqual([2, 3]);
    groups[1]?.release();
    await expect(Promise.all(rest)).resolves.toEqual([20, 30]);
  });

  it('waits for company no longer than it may', async () => {
    const { groups, flush } = heldFlush();
    const commit = new GroupCommit({ flush, maxWaitMs: 5, maxInFlight: 2 });
    void commit.submit(1);
    await tick();
    void commit.submit(2);
    await waitFor(() => groups.length > 1);
    expect(groups.map((group) => group.items)).toEqual([[1], [2]]);
    groups.forEach((group) => group.release());
  });

  it('never has more flushes under way, and never larger ones, than it may', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 60 }),
        async (maxInFlight, maxItems, count) => {
          let running = 0;
          let most = 0;
          let largest = 0;
          const commit = new GroupCommit<number, number>({
            maxInFlight,
            maxItems,
            maxWaitMs: 0,
            flush: async (items) => {
              most = Math.max(most, (running += 1));
              largest = Math.max(largest, items.length);
              await tick();
              running -= 1;
              return items.map((value) => ({ status: 'fulfilled', value }));
            },
          });
          const items = Array.from({ length: count }, (_, index) => index);
          expect(await Promise.all(items.map((item) => commit.submit(item)))).toEqual(items);
          expect(most).toBeLessThanOrEqual(maxInFlight);
          expect(largest).toBeLessThanOrEqual(maxItems);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('closes a flush before it grows too large', async () => {
    const { groups, flush } = heldFlush();
    const commit = new GroupCommit({ flush, sizeOf: (item) => item, maxSize: 10, maxInFlight: 9, maxWaitMs: 0 });
    const results = [6, 4, 1, 50, 2].map((size) => commit.submit(size));
    for (let released = 0; released < 4; released += 1) {
      await waitFor(() => groups.length > released);
      groups[released]?.release();
    }
    await Promise.all(results);
    expect(groups.map((group) => group.items)).toEqual([[6, 4], [1], [50], [2]]);
  });

  it('an item that cannot be written fails alone', async () => {
    const written: number[] = [];
    const commit = new GroupCommit<number, number>({
      flush: async (items) => {
        if (items.includes(13)) throw new SwitchyardError('database.failed', '13 is refused');
        written.push(...items);
        return items.map((value) => ({ status: 'fulfilled', value }));
      },
    });
    const results = await Promise.allSettled([1, 2, 13, 4, 5].map((item) => commit.submit(item)));
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(written.sort()).toEqual([1, 2, 4, 5]);
  });

  it('one item refused by the flush itself does not touch the others', async () => {
    const commit = new GroupCommit<number, number>({
      flush: async (items) =>
        items.map((value) =>
          value === 2 ? { status: 'rejected', reason: new Error('no') } : { status: 'fulfilled', value },
        ),
    });
    const results = await Promise.allSettled([1, 2, 3].map((item) => commit.submit(item)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('a lost connection promises nothing: every caller is told to look again, and nothing is tried twice', async () => {
    let flushes = 0;
    const commit = new GroupCommit<number, number>({
      flush: async () => {
        flushes += 1;
        throw new SwitchyardError('database.unavailable', 'gone', { retryable: true });
      },
    });
    const results = await Promise.allSettled([1, 2, 3].map((item) => commit.submit(item)));
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { retryable: true } });
    expect(flushes).toBe(1);
  });

  it('close settles what was taken and takes no more', async () => {
    const { groups, flush } = heldFlush();
    const commit = new GroupCommit({ flush, maxInFlight: 1 });
    const taken = [commit.submit(1), commit.submit(2)];
    const closed = commit.close();
    await expect(commit.submit(3)).rejects.toMatchObject({ code: 'database.closed', retryable: true });
    await tick();
    groups[0]?.release();
    await closed;
    await expect(Promise.all(taken)).resolves.toEqual([10, 20]);
  });
});
