import type { JsonValue, OpenApiSettings } from '@switchyard/contracts';
import { isChosen, parsePattern, type OperationPattern } from '../operation-filter.js';
import type { Operation } from '../operation.js';
import { dropFields, keepFields, parseFieldPath, type FieldPath } from './field-paths.js';

/** What an operation's answers are cut down to, and how their next page is had. */
export interface ResponseRule {
  keep: FieldPath[];
  drop: FieldPath[];
  next?: { path: FieldPath; argument: string };
}

interface ParsedRule extends ResponseRule {
  patterns: OperationPattern[];
}

/** The rules of a definition, read once. */
export class ResponseRules {
  private readonly rules: ParsedRule[];

  constructor(settings: Pick<OpenApiSettings, 'responses'>) {
    this.rules = settings.responses.map(({ operations, keep, drop, next, nextArgument }) => {
      const path = next === '' ? undefined : parseFieldPath(next);
      return {
        patterns: operations.flatMap((text) => parsePattern(text) ?? []),
        keep: pathsOf(keep),
        drop: pathsOf(drop),
        ...(path ? { next: { path, argument: nextArgument } } : {}),
      };
    });
  }

  of(operation: Operation): ResponseRule[] {
    return this.rules.filter(({ patterns }) => isChosen(operation, patterns));
  }
}

export function trimmed(value: JsonValue, rules: readonly ResponseRule[]): JsonValue {
  const keep = rules.flatMap((rule) => rule.keep);
  const drop = rules.flatMap((rule) => rule.drop);
  const kept = keep.length > 0 ? keepFields(value, keep) : value;
  return drop.length > 0 ? dropFields(kept, drop) : kept;
}

function pathsOf(texts: readonly string[]): FieldPath[] {
  return texts.map(parseFieldPath).filter((path) => path !== undefined);
}
