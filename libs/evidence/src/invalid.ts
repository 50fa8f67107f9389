import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/** What cannot be computed with: says what it is, why, and what to give instead. */
export function invalid(message: string, details: JsonObject = {}): SwitchyardError {
  return new SwitchyardError('evidence.invalid', message, { details });
}

/** @throws SwitchyardError `evidence.invalid` unless the value lies strictly between 0 and 1 */
export function checkProbability(name: string, value: number): void {
  if (!(value > 0 && value < 1))
    throw invalid(`${name} is ${value}; it is a probability. Give a number between 0 and 1, both excluded.`);
}

/** @throws SwitchyardError `evidence.invalid` where a value is no finite number from low to high */
export function checkWithin(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high) || !Number.isFinite(value))
    throw invalid(`${name} is ${value}; what was computed with it would mean nothing. Give ${low} to ${high}.`);
}

/** @throws SwitchyardError `evidence.invalid` where there are fewer than `least`, or one that is no finite number */
export function checkSample(name: string, values: readonly number[], least: number): void {
  if (values.length < least)
    throw invalid(`${name} has ${values.length} value(s); how much they vary takes ${least}. Give more cases.`);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw invalid(`${name} has ${values[wrong]} at place ${wrong}. Give finite numbers.`);
}
