import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServerLog } from './server-log.js';

const SECRET = 'hunter2-and-more';

describe('the log of a server', () => {
  it('never shows as much as four characters of a secret in a row, however it was cut into pieces', () => {
    const word = fc.constantFrom('starting', 'key', ' ', '\n', 'x'.repeat(30), SECRET);
    fc.assert(
      fc.property(fc.array(word), fc.array(fc.integer({ min: 1, max: 9 })), fc.nat(60), (words, cuts, limit) => {
        const log = new ServerLog({ TOKEN: SECRET }, limit);
        let rest = words.join('');
        for (let index = 0; rest !== ''; index++) {
          const length = cuts[index] ?? 5;
          log.append(rest.slice(0, length));
          rest = rest.slice(length);
          expect(log.tail()).not.toMatch(/hunt|unte|nter|ter2|er2-|r2-a|and-|more/);
        }
      }),
    );
  });

  it('keeps the end, and a line for what became of the program', () => {
    const log = new ServerLog({}, 60);
    log.append('first words of many that nobody needs any more\nlast words');
    log.note('the program ended', new Date('2026-01-02T03:04:05Z'));
    expect(log.tail()).toMatch(/last words\n\[2026-01-02T03:04:05\.000Z\] the program ended\n$/);
    expect(log.tail().length).toBeLessThanOrEqual(60);
  });
});
