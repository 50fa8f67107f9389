import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '@switchyard/contracts';
import fc from 'fast-check';
import { readFactsAnswer } from './facts-answer.js';

const at = new Date('2026-11-01T12:00:00Z');
const later = new Date('2026-11-02T12:00:00Z');
const EPISODES = [
  { id: 'mem_user', trust: 3, occurredAt: at, expiresAt: undefined },
  { id: 'mem_tool', trust: 1, occurredAt: later, expiresAt: new Date('2026-12-01T00:00:00Z') },
];
const read = (...facts: JsonValue[]) => readFactsAnswer({ facts }, EPISODES, ['mem_known']);
const fact = (more: Record<string, JsonValue> = {}) => ({
  statement: 'Ann is allergic to nuts',
  evidence: ['mem_user'],
  ...more,
});

describe('facts that a model says it found', () => {
  it('are believed no more than an agent, and no more than the least of what they rest on', () => {
    expect(read(fact(), fact({ evidence: ['mem_tool', 'mem_user'] }))).toMatchObject({
      facts: [
        { text: 'Ann is allergic to nuts', trust: 2, validFrom: at, expiresAt: undefined },
        { trust: 1, evidence: ['mem_tool', 'mem_user'], validFrom: later, expiresAt: EPISODES[1]?.expiresAt },
      ],
      dropped: 0,
    });
  });

  it.each([
    ['rests on nothing', { evidence: [] }],
    ['rests on what was not given', { evidence: ['mem_user', 'mem_of_another_tenant'] }],
    ['says nothing readable', { statement: '\u0000 ' }],
    ['is a whole text', { statement: 'x'.repeat(2_001) }],
    ['has no statement', { statement: 7 }],
    ['begins at no time', { valid_from: 'soon' }],
    ['ends before it begins', { valid_from: '2026-11-02', valid_to: '2026-11-01' }],
    ['stands in the place of what was not shown', { replaces: ['mem_secret'] }],
    ['has a huge subject', { subject: 's'.repeat(513) }],
  ])('are not taken where one %s', (_, more) => {
    expect(read(fact(more), fact())).toMatchObject({ facts: [{ trust: 2 }], dropped: 1 });
  });

  it('are at most 64', () => {
    expect(read(...Array.from({ length: 70 }, () => fact()))).toMatchObject({ dropped: 6 });
  });

  it.each([null, 'I found no facts.', [], {}, { facts: 'none' }, 7])('are no answer where it is %j', (output) => {
    expect(readFactsAnswer(output, EPISODES, [])).toBeUndefined();
  });

  it('rest on what was given and on nothing else, whatever is answered', () => {
    const id = fc.constantFrom('mem_user', 'mem_tool', 'mem_x', '');
    const any = fc.oneof(
      fc.record({ statement: fc.string(), evidence: fc.array(id), replaces: fc.array(id) }, { requiredKeys: [] }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.array(any), (facts) => {
        const answer = readFactsAnswer({ facts: facts as JsonValue[] }, EPISODES, ['mem_x']);
        for (const { evidence, replaces, trust } of answer?.facts ?? []) {
          expect(evidence.length).toBeGreaterThan(0);
          expect(['mem_user', 'mem_tool']).toEqual(expect.arrayContaining(evidence));
          expect(['mem_x']).toEqual(expect.arrayContaining(replaces));
          expect(trust).toBeLessThanOrEqual(2);
        }
        expect((answer?.facts.length ?? 0) + (answer?.dropped ?? 0)).toBe(facts.length);
      }),
    );
  });
});
