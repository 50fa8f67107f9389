import { invalidArguments } from '../../tools/invalid-arguments.js';
import { text } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { momentOfLocalTime, offsetMs, parseLocalTime } from './local-time.js';
import { resolveTimeZone } from './time-zones.js';

/** @param now injected, so that tests know what time it is */
export function createClock(now: () => Date = () => new Date()): BuiltinTool {
  return {
    name: 'clock',
    toolset: 'time',
    description:
      'Tells the current date, time and weekday in a time zone or city, or converts a given moment to it. Without a time zone: UTC.',
    parameters: objectSchema({
      timezone: {
        type: 'string',
        description: 'An IANA time zone ("Europe/Berlin") or a city ("Tokyo"). Default UTC.',
        maxLength: 100,
      },
      at: {
        type: 'string',
        description:
          'A moment to convert, as RFC 3339 ("2026-03-01T12:00:00Z"), or a local time ("2026-03-01T12:00") of at_timezone. Default: now.',
        maxLength: 64,
      },
      at_timezone: {
        type: 'string',
        description: 'Where "at" is the local time: a time zone or a city.',
        maxLength: 100,
      },
    }),
    // What it says is true only now, but asking changes nothing.
    effect: 'pure',
    timeoutMs: 2_000,
    maxOutputBytes: 4_096,
    handler: async (args) => {
      const zone = resolveTimeZone(textArgument(args, 'timezone') || 'UTC');
      const at = textArgument(args, 'at');
      const of = textArgument(args, 'at_timezone');
      const moment = at === '' ? now() : of === '' ? parseMoment(at) : momentIn(at, resolveTimeZone(of));
      return text(JSON.stringify(describeMoment(moment, zone)));
    },
  };
}

/** Making a formatter costs more than using it; there are no more zones than IANA has. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    weekday: 'long',
    timeZoneName: 'longOffset',
  });
  formatters.set(zone, formatter);
  return formatter;
}

/** A moment for people and for programs. */
export function describeMoment(moment: Date, zone: string) {
  const parts = formatterOf(zone).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  const date = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}:${part('second')}`;
  const offset = part('timeZoneName').replace(/^(GMT|UTC)/, '') || '+00:00';
  return {
    time_zone: zone,
    datetime: `${date}T${time}${offset}`,
    date,
    time,
    weekday: part('weekday'),
    utc_offset: offset,
    utc: moment.toISOString(),
  };
}

/** A local time of a zone; a moment with an offset of its own is that moment. */
function momentIn(given: string, zone: string): Date {
  const local = parseLocalTime(given);
  if (local === undefined) return parseMoment(given);
  const offsetAt = (moment: number) => offsetMs(describeMoment(new Date(moment), zone).utc_offset);
  return new Date(momentOfLocalTime(local, offsetAt));
}

function parseMoment(given: string): Date {
  const moment = new Date(given);
  // Without an offset the moment would depend on where this host stands.
  const withOffset = /(?:z|[+-]\d{2}:?\d{2})$/i.test(given) || /^\d{4}-\d{2}-\d{2}$/.test(given);
  if (withOffset && !Number.isNaN(moment.getTime())) return moment;
  throw invalidArguments(
    'clock',
    `"${given}" is no moment in RFC 3339 with an offset. Write it as "2026-03-01T12:00:00Z", or say with at_timezone where it is the local time.`,
  );
}
