const DAY = 86_400_000;

/** From the first moment up to, and without, the second. */
export interface NamedTime {
  from: Date;
  to: Date;
}

/**
 * The days that an English query names: a date, a month of a year, a year after "in", "yesterday", "last week". UTC. What
 * names none gives undefined; of several the first counts.
 */
export function timeNamedIn(query: string, now: Date): NamedTime | undefined {
  const text = query.toLowerCase();
  for (const { pattern, read } of FORMS) {
    const match = pattern.exec(text);
    const named = match && read(match.slice(1), now);
    if (named) return named;
  }
  return undefined;
}

const NAMES = 'january february march april may june july august september october november december'.split(' ');
const MONTH = `(${NAMES.map((name) => `${name}|${name.slice(0, 3)}\\.?`).join('|')}|sept\\.?)`;
const DAY_OF_MONTH = '([0-3]?\\d)(?:st|nd|rd|th)?';
const YEAR = '((?:19|20)\\d\\d)';

const FORMS: readonly { pattern: RegExp; read: (parts: string[], now: Date) => NamedTime | undefined }[] = [
  { pattern: /\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b/, read: ([y, m, d]) => day(Number(y), Number(m) - 1, Number(d)) },
  {
    pattern: new RegExp(`\\b${DAY_OF_MONTH}(?: of)? ${MONTH},? ${YEAR}\\b`),
    read: ([d, m, y]) => day(Number(y), monthOf(m), Number(d)),
  },
  {
    pattern: new RegExp(`\\b${MONTH} ${DAY_OF_MONTH},? ${YEAR}\\b`),
    read: ([m, d, y]) => day(Number(y), monthOf(m), Number(d)),
  },
  {
    pattern: new RegExp(`\\b${MONTH},? ${YEAR}\\b`),
    read: ([m, y]) => span(Number(y), monthOf(m), Number(y), monthOf(m) + 1),
  },
  { pattern: new RegExp(`\\b(?:in|during|of|since) ${YEAR}\\b`), read: ([y]) => span(Number(y), 0, Number(y) + 1, 0) },
  { pattern: /\b(today|yesterday)\b/, read: ([word], now) => daysBefore(now, word === 'today' ? 0 : 1, 1) },
  { pattern: /\b(?:last|past) (week|month|year)\b/, read: ([unit], now) => lately(now, unit) },
];

function monthOf(name = ''): number {
  return NAMES.findIndex((month) => month.startsWith(name.slice(0, 3)));
}

function day(year: number, month: number, date: number): NamedTime | undefined {
  const from = new Date(Date.UTC(year, month, date));
  return from.getUTCMonth() === month && date > 0 ? { from, to: new Date(from.getTime() + DAY) } : undefined;
}

function span(fromYear: number, fromMonth: number, toYear: number, toMonth: number): NamedTime {
  return { from: new Date(Date.UTC(fromYear, fromMonth)), to: new Date(Date.UTC(toYear, toMonth)) };
}

function daysBefore(now: Date, days: number, length: number): NamedTime {
  const midnight = Math.floor(now.getTime() / DAY) * DAY;
  return { from: new Date(midnight - days * DAY), to: new Date(midnight - (days - length) * DAY) };
}

function lately(now: Date, unit: string | undefined): NamedTime {
  const days = unit === 'week' ? 14 : unit === 'month' ? 62 : 731;
  return { from: new Date(now.getTime() - days * DAY), to: now };
}
