import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contextOf } from '../tool-context.fixture.js';
import { createClock, describeMoment } from './clock.js';
import { momentOfLocalTime, offsetMs } from './local-time.js';
import { resolveTimeZone } from './time-zones.js';

const context = contextOf({ timeoutMs: 1_000 });
const clock = createClock(() => new Date('2026-01-15T12:00:00Z'));
const ask = async (args: Record<string, string>) => {
  const { content } = await clock.handler(args, context);
  return content[0]?.type === 'text' ? (JSON.parse(content[0].text) as Record<string, string>) : {};
};

describe('clock', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['Tokyo', 'Asia/Tokyo'],
    ['new york', 'America/New_York'],
    ['New_York', 'America/New_York'],
    ['São Paulo', 'America/Sao_Paulo'],
    ['San Francisco', 'America/Los_Angeles'],
    ['Paris, France', 'Europe/Paris'],
    ['Zürich', 'Europe/Zurich'],
    ['Munich', 'Europe/Berlin'],
    ['utc', 'UTC'],
  ])('knows %s', (name, zone) => expect(resolveTimeZone(name)).toBe(zone));

  it('names what is near to what it does not know', () => {
    expect(() => resolveTimeZone('Tokio')).toThrow(/tokyo/);
    expect(() => resolveTimeZone('Atlantis City')).toThrow(expect.objectContaining({ code: 'tool.invalid_arguments' }));
  });

  it('tells the time in UTC where no zone is given', async () => {
    expect(await ask({})).toMatchObject({
      datetime: '2026-01-15T12:00:00+00:00',
      weekday: 'Thursday',
      time_zone: 'UTC',
    });
  });

  it('tells date, time, weekday and offset in a zone', async () => {
    expect(await ask({ timezone: 'Kolkata' })).toMatchObject({
      datetime: '2026-01-15T17:30:00+05:30',
      utc_offset: '+05:30',
    });
  });

  it('converts a given moment, over the change to summer time and midnight', async () => {
    expect(await ask({ timezone: 'Berlin', at: '2026-07-01T22:30:00Z' })).toMatchObject({
      datetime: '2026-07-02T00:30:00+02:00',
      weekday: 'Thursday',
    });
  });

  it('refuses a moment that depends on where the host stands', async () => {
    await expect(ask({ at: '2026-07-01T22:30:00' })).rejects.toMatchObject({ code: 'tool.invalid_arguments' });
    await expect(ask({ at: 'yesterday' })).rejects.toMatchObject({ code: 'tool.invalid_arguments' });
  });

  it.each([
    // Clocks there go forward at 02:00 and leave out 02:30; they go back at 03:00 and show 02:30 twice.
    ['2026-03-29T02:30', 'Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25T02:30', 'Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-07-01 09:00', 'New York', '2026-07-01T13:00:00.000Z'],
    ['2026-01-15T00:15:30', 'Kathmandu', '2026-01-14T18:30:30.000Z'],
    ['2026-01-15', 'Auckland', '2026-01-14T11:00:00.000Z'],
    ['2026-01-15T12:00:00+01:00', 'Tokyo', '2026-01-15T11:00:00.000Z'],
  ])('converts a local time, %s in %s', async (at, zone, utc) => {
    expect(await ask({ at, at_timezone: zone, timezone: 'Tokyo' })).toMatchObject({ utc, time_zone: 'Asia/Tokyo' });
  });

  it('refuses a local time that there is not', async () => {
    for (const at of ['2026-02-30T10:00', '2026-01-01T25:00', '10:00', '2026-13-01'])
      await expect(ask({ at, at_timezone: 'Berlin' })).rejects.toMatchObject({ code: 'tool.invalid_arguments' });
  });

  it('finds the moment of a local time again, in every zone, at any time', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    const moments = fc
      .integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) })
      .map((time) => time - (time % 60_000));
    fc.assert(
      fc.property(fc.constantFrom(...zones), moments, (zone, time) => {
        const offsetAt = (moment: number) => offsetMs(describeMoment(new Date(moment), zone).utc_offset);
        const local = time + offsetAt(time);
        const found = momentOfLocalTime(local, offsetAt);
        // Shown twice, it is the first of both.
        expect(found + offsetAt(found)).toBe(local);
        expect(found).toBeLessThanOrEqual(time);
      }),
    );
  });

  it('agrees with the moment it was given, in every zone', () => {
    const moment = new Date('2026-03-29T01:30:00Z');
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      expect(new Date(describeMoment(moment, zone).datetime).getTime()).toBe(moment.getTime());
    }
  });
});
