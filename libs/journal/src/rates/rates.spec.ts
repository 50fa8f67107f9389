import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDataSource, runMigrations, sql } from '@switchyard/persistence';
import { freshDatabase, waitFor, type FreshDatabase } from '@switchyard/testing';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { journalOwner, RateStore } from '../index.js';
import { capacityOf, waitMs } from './token-bucket.js';

let database: FreshDatabase;
let sources: DataSource[];

beforeAll(async () => {
  database = await freshDatabase();
  await runMigrations(database.url, [journalOwner]);
  const connect = () =>
    createDataSource({ url: database.url, schema: 'journal', entities: journalOwner.entities, poolSize: 3 });
  sources = await Promise.all([connect(), connect(), connect()]);
});
afterAll(async () => {
  await Promise.all(sources.map((source) => source.destroy()));
  await database.drop();
});

const stores = (): RateStore[] => sources.map((source) => new RateStore(source));
async function timeBack(backend: string, seconds: number): Promise<void> {
  const [source] = sources;
  if (source)
    await sql(source, `UPDATE journal.rates SET refilled_at = now() - $2 * interval '1 second' WHERE backend = $1`, [
      backend,
      seconds,
    ]);
}

describe('the rate of a backend', () => {
  it('is one for all processes: of what they ask at once, what the bucket holds is let through', async () => {
    const limits = { tokensPerMinute: 0, requestsPerMinute: 100 };
    const asked = await Promise.all(
      Array.from({ length: 60 }, (_, index) => stores()[index % 3]?.take('shared', limits, 1)),
    );
    // Ten fit into the bucket; a few more may come while the others are asked.
    const sent = asked.filter((wait) => wait === 0).length;
    expect(sent).toBeGreaterThanOrEqual(10);
    expect(sent).toBeLessThan(30);
    expect(asked.every((wait) => wait !== undefined && wait <= 60_000)).toBe(true);
  });

  it('counts tokens, takes back what was not used, and lets through a request that is larger than the bucket when it is full', async () => {
    const [store] = stores();
    const limits = { tokensPerMinute: 60, requestsPerMinute: 0 };
    expect(await store?.take('tokens', limits, 6)).toBe(0);
    const wait = (await store?.take('tokens', limits, 6)) ?? 0;
    expect(wait).toBeGreaterThan(3_000);
    expect(wait).toBeLessThanOrEqual(6_000);
    await store?.giveBack('tokens', 6);
    expect(await store?.take('tokens', limits, 6)).toBe(0);
    await timeBack('tokens', 60);
    expect(await store?.take('tokens', limits, 1_000)).toBe(0);
    // Its debt is waited for: 994 tokens at one a second, and a full bucket for the next large one.
    expect(await store?.take('tokens', limits, 1_000)).toBeGreaterThan(900_000);
    expect(await store?.take('tokens', { tokensPerMinute: 0, requestsPerMinute: 0 }, 1_000)).toBe(0);
  });

  it('gives a wait after which there is enough, and never more than the bucket holds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 0, max: 2_000_000 }),
        fc.double({ min: -1e6, max: 1e5, noNaN: true }),
        fc.double({ min: -5, max: 100, noNaN: true }),
        (tokensPerMinute, requestsPerMinute, tokens, heldTokens, heldRequests) => {
          const limits = { tokensPerMinute, requestsPerMinute };
          const full = capacityOf(limits);
          const level = { tokens: Math.min(full.tokens, heldTokens), requests: Math.min(full.requests, heldRequests) };
          const wait = waitMs(level, tokens, limits);
          const later = {
            tokens: Math.min(full.tokens, level.tokens + (wait / 60_000) * tokensPerMinute + 1e-6),
            requests: Math.min(full.requests, level.requests + (wait / 60_000) * requestsPerMinute + 1e-6),
          };
          expect(waitMs(later, tokens, limits)).toBe(0);
        },
      ),
    );
  });
});

describe('a probe', () => {
  it('is one at a time over all processes, and passes to another where its holder has died', async () => {
    const taken = await Promise.all(
      stores().map((store, index) => store.takeProbe('down', `request_${index}`, 60_000)),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    const holder = `request_${taken.indexOf(true)}`;
    const [store] = stores();
    await store?.releaseProbe('down', 'request_other');
    expect(await store?.takeProbe('down', 'request_3', 50)).toBe(false);
    await store?.releaseProbe('down', holder);
    expect(await store?.takeProbe('down', 'request_3', 50)).toBe(true);
    // That one never says anything again.
    await waitFor(() => store?.takeProbe('down', 'request_4', 60_000), { describe: 'the lease to end' });
  });
});
