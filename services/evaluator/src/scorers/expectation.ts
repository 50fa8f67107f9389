import type { JsonValue } from '@switchyard/contracts';
import type { Problem } from '../suite/problems.js';

/** For scorers that compare: there must be something to compare with, in the scorer or in the case. */
export function missingExpectation(options: { value?: JsonValue }, expected: JsonValue | undefined): Problem[] {
  if (options.value !== undefined || expected !== undefined) return [];
  return [{ path: 'value', reason: 'is missing, and the case has no "expected"; give one of them' }];
}
