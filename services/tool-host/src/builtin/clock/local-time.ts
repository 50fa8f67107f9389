const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** What a clock on a wall shows, with or without seconds. */
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** A time without a zone as milliseconds, as if it were UTC; undefined where it is none. */
export function parseLocalTime(given: string): number | undefined {
  const match = LOCAL.exec(given);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part || 0));
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // The 31st of February is none.
  const iso = new Date(time).toISOString();
  const wanted = given.replace(' ', 'T');
  return iso.startsWith(wanted) ? time : undefined;
}

/**
 * The moment at which clocks show a time. Where they show it twice it is the first; where they leave it out it is as long after
 * the change as the time would be (as Temporal's "compatible" has it). Pure.
 *
 * @param offsetAt how far clocks are ahead of UTC at a moment, in milliseconds
 */
export function momentOfLocalTime(local: number, offsetAt: (moment: number) => number): number {
  const before = offsetAt(local - DAY_MS);
  const after = offsetAt(local + DAY_MS);
  const fitting = [...new Set([before, after])]
    .map((offset) => local - offset)
    .filter((moment) => moment + offsetAt(moment) === local);
  return fitting.length > 0 ? Math.min(...fitting) : local - before;
}

/** "+05:30" in milliseconds. */
export function offsetMs(offset: string): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /^([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(offset) ?? [];
  const size = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * 1_000;
  return sign === '-' ? -size : size;
}
