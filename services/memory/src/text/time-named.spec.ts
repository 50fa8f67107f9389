import { describe, expect, it } from '@jest/globals';
import { timeNamedIn } from './time-named.js';

const now = new Date('2026-11-15T10:00:00Z');
const named = (query: string) => {
  const time = timeNamedIn(query, now);
  return time && [time.from.toISOString().slice(0, 10), time.to.toISOString().slice(0, 10)];
};

describe('the time that a query names', () => {
  it.each([
    ['What did Ann do on 7 May 2023?', ['2023-05-07', '2023-05-08']],
    ['on May 7th, 2023', ['2023-05-07', '2023-05-08']],
    ['at 2023-05-07', ['2023-05-07', '2023-05-08']],
    ['in December 2023', ['2023-12-01', '2024-01-01']],
    ['in Sept 2023', ['2023-09-01', '2023-10-01']],
    ['what happened in 2022', ['2022-01-01', '2023-01-01']],
    ['yesterday', ['2026-11-14', '2026-11-15']],
    ['last week', ['2026-11-01', '2026-11-15']],
  ])('of %j is %j', (query, expected) => {
    expect(named(query)).toEqual(expected);
  });

  it.each(['When did Ann move?', 'the 2023 budget', 'may I ask', 'room 2022', ''])('of %j is none', (query) => {
    expect(named(query)).toBeUndefined();
  });
});
