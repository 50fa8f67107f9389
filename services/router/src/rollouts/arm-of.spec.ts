import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { armOf, type StickyKeys } from './arm-of.js';

const keys = fc.record({ thread: fc.string(), user: fc.string(), run: fc.string({ minLength: 1 }) });
const share = fc.double({ min: 0, max: 1, minExcluded: true, noNaN: true });
const sticky = fc.constantFrom('thread', 'user', 'run');

describe('the arm of a run', () => {
  it('is the same for the same thread, user or run, whatever else differs', () => {
    fc.assert(
      fc.property(fc.string(), share, keys, keys, (id, part, one, other) => {
        const same = (by: string, a: StickyKeys, b: StickyKeys) =>
          expect(armOf({ id, share: part, sticky: by }, a)).toBe(armOf({ id, share: part, sticky: by }, b));
        same('thread', { ...one, thread: `t${one.thread}` }, { ...other, thread: `t${one.thread}` });
        same('user', { ...one, user: `u${one.user}` }, { ...other, user: `u${one.user}` });
        same('thread', { ...one, thread: '', user: `u${one.user}` }, { ...other, thread: '', user: `u${one.user}` });
        same('run', one, { ...other, run: one.run });
      }),
    );
  });

  it('stays the candidate when the share grows, and the baseline when it shrinks; at all of them it is the candidate', () => {
    fc.assert(
      fc.property(fc.string(), sticky, share, share, keys, (id, by, one, other, given) => {
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        const at = (part: number) => armOf({ id, share: part, sticky: by }, given);
        if (at(small) === 'candidate') expect(at(large)).toBe('candidate');
        expect(at(1)).toBe('candidate');
      }),
    );
  });

  it('is the candidate for about the share of threads, and for others in another rollout', () => {
    const threads = Array.from({ length: 20_000 }, (_, index) => `thread-${index}`);
    const on = (id: string, part: number) =>
      threads.filter(
        (thread) => armOf({ id, share: part, sticky: 'thread' }, { thread, user: 'u', run: 'r' }) === 'candidate',
      );
    for (const part of [0.01, 0.1, 0.5]) {
      const deviation = Math.sqrt(part * (1 - part) * threads.length);
      // One in 15,000 ids would be further away; these are always the same.
      expect(Math.abs(on('rollout_a', part).length - part * threads.length)).toBeLessThan(4 * deviation);
    }
    const others = new Set(on('rollout_b', 0.1));
    const both = on('rollout_a', 0.1).filter((thread) => others.has(thread)).length;
    expect(Math.abs(both - 200)).toBeLessThan(4 * Math.sqrt(0.01 * 0.99 * threads.length));
  });
});
