import { describe, expect, it } from '@jest/globals';
import type { ToolContext } from '../../tools/tool.js';
import { createClock, describeMoment } from './clock.js';
import { resolveTimeZone } from './time-zones.js';

const context: ToolContext = {
  tenant: 'default',
  runId: '',
  callId: 'call_1',
  agent: '',
  user: '',
  thread: '',
  signal: new AbortController().signal,
  timeoutMs: 1_000,
};
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

  it('agrees with the moment it was given, in every zone', () => {
    const moment = new Date('2026-03-29T01:30:00Z');
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      expect(new Date(describeMoment(moment, zone).datetime).getTime()).toBe(moment.getTime());
    }
  });
});
