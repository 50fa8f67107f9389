import { describe, expect, it } from '@jest/globals';
import { listAgeOf } from './list-age.js';

describe('how long a list is good for', () => {
  it.each([
    [{ ttlMs: 60_000 }, 60_000],
    [{ ttlMs: 1 }, 1_000],
    [{ ttlMs: Number.MAX_SAFE_INTEGER }, 86_400_000],
    [{ ttlMs: 0 }, undefined],
    [{ ttlMs: -5 }, undefined],
    [{ ttlMs: Number.NaN }, undefined],
    [{ ttlMs: '60000' }, undefined],
    [{}, undefined],
  ])('is what the server says, within bounds: %j', (list, age) => {
    expect(listAgeOf(list)).toBe(age);
  });
});
