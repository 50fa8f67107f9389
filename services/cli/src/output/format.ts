import { timestampDate } from '@switchyard/contracts';

/** A duration for people: "3.1 ms", "420 ms", "1.25 s", "3 min 20 s". */
export function duration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return '–';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(2)} s`;
  // Rounded before it is divided, or there would be minutes of 60 seconds.
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
  return `${Math.floor(ms / 86_400_000)} d ${Math.floor((ms % 86_400_000) / 3_600_000)} h`;
}

/** Money for people: exact enough for a single cheap turn. */
export function cost(usd: number | undefined): string {
  if (!usd) return '$0';
  return usd < 0.01 ? `$${usd.toFixed(6).replace(/0+$/, '')}` : `$${usd.toFixed(4)}`;
}

/** How long ago, for lists: "12 s", "5 min", "3 h", "2 d". */
export function ago(time: string | undefined, now: number = Date.now()): string {
  if (!time) return '–';
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `ago` for the times of messages. */
export function agoOf(time: Parameters<typeof timestampDate>[0] | undefined, now?: number): string {
  return ago(time && timestampDate(time).toISOString(), now);
}

/** One line of at most `width` characters. */
export function oneLine(text: string, width = 60): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

/** What a run was asked or answered, as text: a string as it is, anything else as JSON. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** "1 turn", "2 turns". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
