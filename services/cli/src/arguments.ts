import { InvalidArgumentError } from 'commander';
import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';

/** A whole number that is not negative. */
export function number(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A whole number was expected.');
  return Number(text);
}

/** A whole number from 1. */
export function positive(text: string): number {
  const value = number(text);
  if (value === 0) throw new InvalidArgumentError('A whole number from 1 was expected.');
  return value;
}

/** A number above zero, as of money. */
export function amount(text: string): number {
  const value = /^\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('A number above zero was expected. To lift a limit, remove it.');
}

/** A part of one, above 0: 0.02 is two points of a hundred. */
export function part(text: string): number {
  const value = /^(0?\.\d{1,9}|1(\.0{1,9})?)$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('A number above 0 and up to 1 was expected, as in 0.02 for two points of a hundred.');
}

/** A number from 0 to 1. */
export function share(text: string): number {
  const value = /^\d(\.\d{1,9})?$/.test(text) ? Number(text) : 2;
  if (value <= 1) return value;
  throw new InvalidArgumentError('A number from 0 to 1 was expected.');
}

/** A port to listen on; 0 lets the system choose. */
export function port(text: string): number {
  const value = number(text);
  if (value > 65_535) throw new InvalidArgumentError('A port is a number up to 65535.');
  return value;
}

/** A moment: a day, or a time with its zone; without a zone it is UTC, so that a command means the same everywhere. */
export function moment(text: string): Date {
  const shape = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/i.exec(text);
  const withZone = shape?.[1] === undefined && text.includes('T') ? `${text}Z` : text;
  const time = shape ? new Date(withZone) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('A moment was expected, as in 2026-11-01 or 2026-11-01T12:00:00Z.');
  return time;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A span of time in whole seconds: 90s, 15m, 1h, 1d; a bare number is seconds. */
export function span(text: string): number {
  const [, digits = '', unit = 's'] = /^(\d{1,7})([smhd])?$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNITS[unit] ?? 0);
  if (digits !== '' && seconds > 0) return seconds;
  throw new InvalidArgumentError('A span of time was expected, as in 90s, 15m, 1h or 1d.');
}

/** A text that is not empty: what a variable of the shell that is not set would give. */
export function filled(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

/** Adds up a repeatable option: `--tag a --tag b`. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** Any JSON value on the command line. */
export function jsonValue(text: string): JsonValue {
  return parse(text);
}

/** A JSON object on the command line. */
export function jsonObject(text: string): JsonObject {
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidArgumentError('A JSON object was expected, as in \'{"name": "value"}\'.');
  }
  return value;
}

/**
 * `NAME=VALUE` options as an object. Called by actions, where commander no longer reports for us.
 *
 * @throws SwitchyardError `usage.invalid`
 */
export function pairs(texts: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new SwitchyardError('usage.invalid', `"${text}" is not NAME=VALUE.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new InvalidArgumentError(`That is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
