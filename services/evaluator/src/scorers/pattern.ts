/** A longer pattern is none that a person reads. */
const MAX_PATTERN = 1_000;

/** Why a pattern cannot be used; undefined where it can. */
export function patternProblem(pattern: string, flags: string): string | undefined {
  if (pattern.length > MAX_PATTERN) return `is ${pattern.length} characters long; at most ${MAX_PATTERN} are allowed`;
  try {
    new RegExp(pattern, flags);
    return undefined;
  } catch (error) {
    return `is not a regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}
