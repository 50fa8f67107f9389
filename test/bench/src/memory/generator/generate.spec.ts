import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generate } from './generate.js';

const options = { conversations: 2, sessions: 16, chatter: 12 };

describe('generated conversations', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(generate({ ...options, seed: 7 })).toEqual(generate({ ...options, seed: 7 }));
    expect(generate({ ...options, seed: 7 })).not.toEqual(generate({ ...options, seed: 8 }));
  });

  it('have every turn once, in order of time, and the answer to every question among them, whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
        for (const { sessions, questions } of generate({ ...options, seed })) {
          const turns = sessions.flatMap((session) => session.turns);
          const at = new Map(turns.map(({ id, occurredAt }) => [id, occurredAt.getTime()]));
          expect(at.size).toBe(turns.length);
          expect(turns.every((turn, n) => n === 0 || turn.occurredAt > (turns[n - 1]?.occurredAt ?? 0))).toBe(true);
          for (const { evidence, update, asOf } of questions) {
            expect(evidence.flat().every((id) => at.has(id))).toBe(true);
            const [now = ''] = update?.current ?? [];
            expect(update?.superseded.every((id) => (at.get(id) ?? 0) < (at.get(now) ?? 0)) ?? true).toBe(true);
            const [[then = ''] = []] = evidence;
            expect(asOf === undefined || (at.get(then) ?? 0) < asOf.getTime()).toBe(true);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('ask for what changed, what was taken back, what stayed, and what was so once', () => {
    const categories = generate({ ...options, seed: 1, conversations: 10 }).flatMap(({ questions }) =>
      questions.map(({ category }) => category),
    );
    expect([...new Set(categories)].sort()).toEqual(['as-of', 'changed', 'retracted', 'single']);
  });
});
