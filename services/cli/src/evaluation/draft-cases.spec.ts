import { describe, expect, it } from '@jest/globals';
import type { DraftOptions } from '@switchyard/client';
import { create, DraftedCasesSchema, type DraftedCases, type JsonObject } from '@switchyard/contracts';
import { draftCases } from './draft-cases.js';
import { draftText } from './draft-text.js';

/** So many runs, of which every third is of an evaluation; pages have ten at most. */
function suitesOf(runs: number, asked: DraftOptions[] = []) {
  return {
    draft: (_: string, options: DraftOptions = {}): Promise<DraftedCases> => {
      asked.push(options);
      const from = options.before ? Number(options.before) : runs;
      const count = Math.min(10, options.limit ?? 50, from);
      const ids = Array.from({ length: count }, (__, n) => from - n);
      const kept = ids.filter((id) => id % 3 !== 0);
      return Promise.resolve(
        create(DraftedCasesSchema, {
          cases: kept.map((id) => ({ id: `run_${id}` })),
          redacted: { email: kept.length },
          leftOut: count > kept.length ? { evaluation: count - kept.length } : {},
          next: from - count > 0 ? String(from - count) : '',
        }),
      );
    },
  };
}

describe('drafted cases', () => {
  it('come page by page until there are as many as were wanted', async () => {
    const asked: DraftOptions[] = [];
    const written: JsonObject[] = [];
    const write = (made: JsonObject) => Promise.resolve(void written.push(made));
    const report = await draftCases(suitesOf(100, asked), 'a', { limit: 20, minRating: 0.5 }, write);
    expect(written).toHaveLength(20);
    expect(new Set(written.map(({ id }) => id)).size).toBe(20);
    expect(report).toMatchObject({ cases: 20, redacted: { email: 20 } });
    expect(asked.every(({ minRating, limit = 0 }) => minRating === 0.5 && limit >= 1 && limit <= 20)).toBe(true);
  });

  it('are all there are where those are fewer', async () => {
    const report = await draftCases(suitesOf(12), 'a', { limit: 500 }, () => Promise.resolve());
    expect(report).toEqual({ cases: 8, redacted: { email: 8 }, leftOut: { evaluation: 4 } });
  });
});

describe('the note on drafted cases', () => {
  it('says what was taken out and left out, and that a person has to read them', () => {
    const text = draftText('helper', { cases: 2, redacted: { email: 3 }, leftOut: { gone: 1 } }, true);
    expect(text).toContain('2 cases of runs of helper.\nRuns left out: 1 no longer kept whole.\nRedacted: 3 × email.');
    expect(text).toContain('have a person read the cases');
  });

  it('says so where nothing was found, nothing was redacted, or there are none', () => {
    const one = { cases: 1, redacted: {}, leftOut: {} };
    expect(draftText('helper', one, true)).toContain('Redacted: nothing was found.');
    expect(draftText('helper', one, false)).toContain('Nothing was redacted, as you asked.');
    expect(draftText('helper', { ...one, cases: 0 }, true)).toBe('0 cases of runs of helper.');
  });
});
