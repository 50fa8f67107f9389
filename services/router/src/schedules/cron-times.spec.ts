import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCron, timesAfter } from './cron-times.js';

const BERLIN = 'Europe/Berlin';
const times = (expression: string, zone: string, start: string, count: number) =>
  timesAfter(readCron(expression, zone), new Date(start), count).map((time) => time.toISOString().slice(0, 16));

describe('the times of a cron expression', () => {
  it('are those of its time zone, in summer and in winter', () => {
    expect(times('0 9 * * 1-5', BERLIN, '2027-01-01T12:00:00Z', 2)).toEqual(['2027-01-04T08:00', '2027-01-05T08:00']);
    expect(times('0 9 * * 1-5', BERLIN, '2027-07-02T12:00:00Z', 1)).toEqual(['2027-07-05T07:00']);
    expect(times('@daily', 'UTC', '2027-01-01T00:00:00Z', 1)).toEqual(['2027-01-02T00:00']);
  });

  it('that do not exist on the day on which clocks are put forward fire once, after the gap', () => {
    const found = times('30 2 * * *', BERLIN, '2027-03-27T12:00:00Z', 3);
    expect(found).toEqual(['2027-03-28T01:00', '2027-03-29T00:30', '2027-03-30T00:30']);
  });

  it('that exist twice on the day on which clocks are put back fire once', () => {
    const once = ['2027-10-31T00:30', '2027-11-01T01:30'];
    expect(times('30 2 * * *', BERLIN, '2027-10-30T12:00:00Z', 2)).toEqual(once);
    expect(times('30 2,2 * * *', BERLIN, '2027-10-30T12:00:00Z', 2)).toEqual(once);
    // From between the two: the second one is not another time.
    expect(times('30 2 * * *', BERLIN, '2027-10-31T00:45:00Z', 1)).toEqual(['2027-11-01T01:30']);
  });

  it('of an interval go on through both by real time', () => {
    const quarter = (start: string) => timesAfter(readCron('*/15 * * * *', BERLIN), new Date(start), 12).map(Number);
    for (const start of ['2027-03-28T00:00:00Z', '2027-10-31T00:00:00Z']) {
      const found = quarter(start);
      expect(found.every((time, index) => index === 0 || time - (found[index - 1] ?? 0) === 15 * 60_000)).toBe(true);
    }
  });

  it('are later than what they come after, each once, and the same wherever one begins', () => {
    const field = (low: number, high: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: low, max: high }).map(String),
        fc.integer({ min: 2, max: 7 }).map((step) => `*/${step}`),
        fc
          .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
          .map((pair) => pair.join(',')),
      );
    const expression = fc
      .tuple(field(0, 59), field(0, 59), field(0, 23), field(1, 28), field(1, 12))
      .map((fields) => `${fields.join(' ')} *`);
    const zone = fc.constantFrom('UTC', BERLIN, 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe');
    // Around the days on which clocks change, and in between.
    const start = fc
      .tuple(
        fc.constantFrom('2027-03-27', '2027-10-30', '2027-04-03', '2027-11-06', '2027-06-15'),
        fc.nat(3 * 86_400_000),
      )
      .map(([day, ms]) => new Date(Date.parse(day) + ms));
    fc.assert(
      fc.property(expression, zone, start, (written, timeZone, from) => {
        const cron = readCron(written, timeZone);
        const found = timesAfter(cron, from, 8);
        let before = from;
        for (const time of found) {
          expect(time.getTime()).toBeGreaterThan(before.getTime());
          expect(cron.after(before)).toEqual(time);
          // Nothing between them, to the millisecond.
          expect(cron.after(new Date(time.getTime() - 1))).toEqual(time);
          before = time;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('are refused with what is wrong and where', () => {
    const refused = (expression: string, zone = 'UTC') => {
      try {
        readCron(expression, zone);
        return 'taken';
      } catch (error) {
        return error;
      }
    };
    expect(refused('61 * * * *')).toMatchObject({
      code: 'schedule.invalid',
      retryable: false,
      message: expect.stringMatching(/at the minute \("61"\)/),
      details: { field: 'cron', cron_field: 'minute', position: 1 },
    });
    expect(refused('* * 1-5x * * *')).toMatchObject({ details: { cron_field: 'hour', position: 3 } });
    for (const wrong of ['', '* * * *', '* * * * * * *', '@reboot', 'soon', '2027-01-01T00:00:00', 'a b c d e'])
      expect(refused(wrong)).toMatchObject({ code: 'schedule.invalid', details: { field: 'cron' } });
    for (const zone of ['Mars/Olympus', '+02:00', 'UTC+2', ''])
      expect(refused('@daily', zone)).toMatchObject({ code: 'schedule.invalid', details: { field: 'time_zone' } });
  });
});
