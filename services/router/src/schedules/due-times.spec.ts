import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCron, type CronTimes } from './cron-times.js';
import { dueTimes, MISSED_POLICIES, MOST_MISSED, ON_TIME_MS } from './due-times.js';

const hourly = readCron('@hourly', 'UTC');
const iso = (times: readonly Date[]) => times.map((time) => time.toISOString().slice(11, 16));
const at = (text: string) => new Date(`2027-01-01T${text}Z`);

describe('what a schedule owes', () => {
  it('on time is its time, whatever the policy', () => {
    for (const missed of MISSED_POLICIES) {
      const due = dueTimes({ times: hourly, next: at('12:00:00'), now: at('12:00:01'), missed, endsAt: null });
      expect(due).toEqual({ fire: [at('12:00:00')], skipped: 0, next: at('13:00:00') });
    }
  });

  it('after an outage is none, the last or all of what it missed', () => {
    const after = (missed: 'skip' | 'last' | 'all', now = at('15:30:00')) =>
      dueTimes({ times: hourly, next: at('12:00:00'), now, missed, endsAt: null });
    expect(after('skip')).toEqual({ fire: [], skipped: 4, next: at('16:00:00') });
    expect(after('last')).toEqual({ fire: [at('15:00:00')], skipped: 3, next: at('16:00:00') });
    expect(iso(after('all').fire)).toEqual(['12:00', '13:00', '14:00', '15:00']);
    // One that is due just now is not missed, and stands for those that were.
    expect(iso(after('skip', at('15:00:05')).fire)).toEqual(['15:00']);
    expect(after('last', at('15:00:05'))).toMatchObject({ fire: [at('15:00:00')], skipped: 3 });
  });

  it('ends with its end', () => {
    const endsAt = at('13:30:00');
    const due = dueTimes({ times: hourly, next: at('12:00:00'), now: at('15:30:00'), missed: 'all', endsAt });
    expect(due).toEqual({ fire: [at('12:00:00'), at('13:00:00')], skipped: 0, next: null });
  });

  it('is bounded after an outage of a year, in what is fired and in what is looked at', () => {
    const everySecond = readCron('* * * * * *', 'Europe/Berlin');
    let asked = 0;
    const times: CronTimes = {
      after: (time) => {
        asked += 1;
        return everySecond.after(time);
      },
    };
    const now = at('00:00:00');
    const due = dueTimes({ times, next: new Date('2026-01-01'), now, missed: 'all', endsAt: null });
    const late = due.fire.filter((time) => time.getTime() < now.getTime() - ON_TIME_MS);
    expect(late).toHaveLength(MOST_MISSED);
    expect(late.at(-1)).toEqual(new Date(now.getTime() - ON_TIME_MS - 1_000));
    expect(due.fire.at(-1)).toEqual(now);
    expect(asked).toBeLessThan(1_100);
  });

  it('is never early, never twice, and nothing is owed again, however the looks are spread', () => {
    const input = fc.record({
      expression: fc.constantFrom('* * * * *', '*/7 * * * *', '30 2 * * *', '0 0 1 * *', '15 30 */3 * * *'),
      missed: fc.constantFrom(...MISSED_POLICIES),
      looks: fc.array(fc.integer({ min: 1, max: 4 * 3_600_000 }), { minLength: 1, maxLength: 5 }),
    });
    fc.assert(
      fc.property(input, ({ expression, missed, looks }) => {
        const times = readCron(expression, 'Europe/Berlin');
        let now = new Date('2027-10-30T20:00:00Z');
        let next = times.after(now);
        const fired: number[] = [];
        for (const wait of looks) {
          now = new Date(now.getTime() + wait);
          if (!next) break;
          const due = dueTimes({ times, next, now, missed, endsAt: null });
          for (const time of due.fire) {
            expect(time.getTime()).toBeLessThanOrEqual(now.getTime());
            expect(time.getTime()).toBeGreaterThan(fired.at(-1) ?? 0);
            fired.push(time.getTime());
          }
          expect(due.next?.getTime()).toBeGreaterThan(now.getTime());
          next = due.next ?? undefined;
        }
      }),
      { numRuns: 40 },
    );
  });
});
