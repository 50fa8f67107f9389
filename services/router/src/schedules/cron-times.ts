import { Cron } from 'croner';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/** The times of a cron expression in a time zone: later and later ones, each once. */
export interface CronTimes {
  /** The first one after this; undefined where there is none. */
  after(time: Date): Date | undefined;
}

const NICKNAME = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/i;
/** Fields of the expression, by how many there are. */
const FIELDS: Readonly<Record<number, readonly string[]>> = {
  5: ['minute', 'hour', 'day', 'month', 'weekday'],
  6: ['second', 'minute', 'hour', 'day', 'month', 'weekday'],
};

/**
 * Reads a cron expression: five fields, or six with seconds first, or a nickname such as `@daily`.
 *
 * Where clocks are put forward, a time that does not exist counts as the first one after the gap; where they are put
 * back, one that exists twice counts once. Expressions with a wildcard or a step in hours, minutes or seconds
 * ("every 15 minutes") go by real time instead.
 *
 * @throws SwitchyardError `schedule.invalid` saying which field and why. Terminal.
 */
export function readCron(expression: string, timeZone: string): CronTimes {
  const pattern = expression.trim().replace(/\s+/g, ' ');
  const fields = pattern.split(' ');
  if (!isTimeZone(timeZone)) {
    const shown = timeZone.slice(0, 64);
    throw invalid(
      `there is no time zone "${shown}"; use a name of the IANA database such as "Europe/Berlin", or leave it out for UTC`,
      { field: 'time_zone' },
    );
  }
  if (!FIELDS[fields.length] && !NICKNAME.test(pattern)) {
    throw invalid(
      `"${pattern.slice(0, 64)}" has ${pattern === '' ? 'no fields' : `${fields.length} field${fields.length === 1 ? '' : 's'}`}; it may have five (minute hour day month weekday), six with seconds first, or be @hourly, @daily, @weekly, @monthly or @yearly`,
      { field: 'cron' },
    );
  }
  const cron = parse(pattern, timeZone, fields);
  return { after: (time) => cron.nextRun(time) ?? undefined };
}

/** The first so many after this. */
export function timesAfter(times: CronTimes, start: Date, count: number): Date[] {
  const found: Date[] = [];
  for (let time = times.after(start); time && found.length < count; time = times.after(time)) found.push(time);
  return found;
}

/** @throws SwitchyardError `schedule.invalid` */
function parse(pattern: string, timeZone: string, fields: readonly string[]): Cron {
  try {
    return open(pattern, timeZone);
  } catch (cause) {
    const names = FIELDS[fields.length] ?? [];
    const wrong = fields.findIndex((_, index) => !isReadable(fields.map((field, at) => (at === index ? field : '*'))));
    const reason = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : String(cause);
    const name = names[wrong];
    const where = name === undefined ? '' : ` at the ${name} ("${fields[wrong]?.slice(0, 64) ?? ''}")`;
    throw invalid(
      `"${pattern.slice(0, 64)}" cannot be read${where}: ${reason}`,
      { field: 'cron', ...(name === undefined ? {} : { cron_field: name, position: wrong + 1 }) },
      cause,
    );
  }
}

function isReadable(fields: readonly string[]): boolean {
  try {
    return open(fields.join(' '), 'UTC') instanceof Cron;
  } catch {
    // What is wrong is said by whoever asked; here it is only found where.
    return false;
  }
}

/** Paused and without a function, it has no timer. */
function open(pattern: string, timezone: string): Cron {
  return new Cron(pattern, { timezone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard', paused: true });
}

function isTimeZone(name: string): boolean {
  try {
    // Offsets such as "+02:00" are taken by newer Nodes only, and know no summer time.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    // A RangeError: no such zone.
    return false;
  }
}

function invalid(what: string, details: JsonObject, cause?: unknown): SwitchyardError {
  return new SwitchyardError('schedule.invalid', `The schedule cannot be kept: ${what}.`, {
    details,
    ...(cause === undefined ? {} : { cause }),
  });
}
