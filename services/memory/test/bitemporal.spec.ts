import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { timestampFromDate } from '@switchyard/contracts';
import { DAY_MS, memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';

let memory: MemoryFixture;
let tenants = 0;
const newScope = () => ({ tenant: `times-${(tenants += 1)}`, user: 'ann' });

beforeAll(async () => {
  memory = await memoryFixture();
});
afterAll(() => memory.close());

const START = new Date('2026-11-01T12:00:00Z').getTime();
const day = (n: number) => timestampFromDate(new Date(START + n * DAY_MS));
const ann = { source: 'user' };

describe('what was true, and what was known, at a moment', () => {
  it('is what a history of facts says, exactly', async () => {
    const scope = newScope();
    await memory.remember({ scope, text: 'I live in Bonn home', provenance: ann, validFrom: day(0) });
    memory.passDays(10);
    // Said on day 10: since day 5 it has been another place.
    await memory.remember({ scope, text: 'I live in Rome home', provenance: ann, validFrom: day(5) });
    const texts = async (request: object) =>
      (await memory.recall({ scope, query: 'where does ann live home', ...request })).map((hit) => hit.text);
    expect(await texts({ asOf: day(1) })).toEqual(['I live in Bonn home']);
    expect(await texts({ asOf: day(5) })).toEqual(['I live in Rome home']);
    expect(await texts({ asOf: day(9) })).toEqual(['I live in Rome home']);
    // On day 9 nobody knew of Rome.
    expect(await texts({ asOf: day(9), knownAt: day(9) })).toEqual(['I live in Bonn home']);
    expect(await texts({ asOf: day(-1) })).toEqual([]);
    expect(await texts({ asOf: day(3), knownAt: day(-1) })).toEqual([]);
  });

  it('is exact for any history of one subject', async () => {
    const places = ['Bonn', 'Rome', 'Oslo', 'Lima'];
    const step = fc.record({ place: fc.constantFrom(...places), wait: fc.integer({ min: 1, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const scope = newScope();
        const base = await memory.remember({ scope, text: 'anchor of the clock' });
        const began = Number(base.createdAt?.seconds ?? 0n) * 1_000;
        const when = (days: number) => timestampFromDate(new Date(began + days * DAY_MS));
        const told: { place: string; from: number }[] = [];
        let now = 0;
        for (const { place, wait } of steps) {
          memory.passDays(wait);
          now += wait;
          await memory.remember({ scope, text: `I live in ${place}`, provenance: ann });
          told.push({ place, from: now });
        }
        for (let asOf = 0; asOf <= now; asOf += 1)
          for (const knownAt of [asOf, now]) {
            const request = { scope, query: 'live', asOf: when(asOf), knownAt: when(knownAt) };
            const found = (await memory.recall(request)).map((hit) => hit.text);
            const last = told.filter(({ from }) => from <= asOf).at(-1);
            expect(found).toEqual(last ? [`I live in ${last.place}`] : []);
          }
      }),
      { numRuns: 12 },
    );
  });

  it('holds though the clock goes back', async () => {
    const scope = newScope();
    await memory.remember({ scope, text: 'I live in Bonn', provenance: ann });
    memory.passDays(-3);
    await memory.remember({ scope, text: 'I live in Rome', provenance: ann });
    memory.passDays(3);
    const found = await memory.recall({ scope, query: 'live' });
    // What was said for an earlier moment does not take the place of what is true later.
    expect(found.map(({ text, memory: hit }) => [text, hit?.state])).toEqual([
      ['I live in Bonn', 'current'],
      ['I live in Rome', 'superseded'],
    ]);
  });
});

describe('recall of what changed', () => {
  it('puts what holds before what held, though only what held has the words', async () => {
    const scope = newScope();
    await memory.remember({ scope, text: 'My employer is Acme, the maker of anvils', provenance: ann });
    memory.passDays(1);
    await memory.remember({ scope, text: 'I joined Initech', provenance: ann });
    await memory.remember({ scope, text: 'I work at Acme anvils', provenance: ann, validFrom: day(-50) });
    const found = await memory.recall({ scope, query: 'who works at acme anvils?' });
    expect(found.map(({ text }) => text).indexOf('I joined Initech')).toBeLessThan(
      found.map(({ text }) => text).indexOf('I work at Acme anvils'),
    );
  });

  it('narrows by kind, tag, time and trust, and refuses what cannot be', async () => {
    const scope = newScope();
    await memory.remember({ scope, text: 'tea is a fact', tags: ['drinks'], provenance: ann });
    await memory.record({ scope, episodes: [{ text: 'tea was drunk' }], provenance: { source: 'web' } });
    const texts = async (request: object) =>
      (await memory.recall({ scope, query: 'tea', ...request })).map((hit) => hit.text).sort();
    expect(await texts({})).toEqual(['tea is a fact', 'tea was drunk']);
    expect(await texts({ kinds: ['episode'] })).toEqual(['tea was drunk']);
    expect(await texts({ tags: ['drinks'] })).toEqual(['tea is a fact']);
    expect(await texts({ minTrust: 'medium' })).toEqual(['tea is a fact']);
    expect(await texts({ since: day(10_000) })).toEqual([]);
    expect(await texts({ query: '', kinds: ['episode'] })).toEqual(['tea was drunk']);
    for (const wrong of [{ kinds: ['rumour'] }, { since: day(2), until: day(1) }])
      await expect(memory.recall({ scope, query: 'tea', ...wrong })).rejects.toMatchObject({
        code: 'contract.invalid',
      });
  });

  it('keeps to a budget of tokens, and lets shorter ones follow what does not fit', async () => {
    const scope = newScope();
    await memory.remember({ scope, text: `tea tea tea ${'and a long story about it '.repeat(40)}` });
    await memory.remember({ scope, text: 'tea is hot and green' });
    const found = await memory.recall({ scope, query: 'tea', budgetTokens: 20 });
    expect(found.map(({ text }) => text)).toEqual(['tea is hot and green']);
  });
});
