import type { JsonObject, JsonValue } from '@switchyard/contracts';
import type { Operation } from '../operation.js';
import { fieldAt } from './field-paths.js';
import type { ResponseRule } from './response-rules.js';

/** Longer than any cursor; what is no cursor need not be shown. */
const MAX_CURSOR = 2_000;
/** Of the header; what looks for a link in it takes longer the longer it is. */
const MAX_LINK = 8_192;

/**
 * The arguments with which an agent gets the page after an answer, beside those of its call; undefined where there is none. By the
 * rules of the operator, else by the answer's `Link` header (RFC 8288), of which only the operation's own parameters are taken.
 */
export function nextPage(
  operation: Operation,
  value: JsonValue | undefined,
  link: string | null,
  requested: URL,
  rules: readonly ResponseRule[],
): JsonObject | undefined {
  for (const { next } of rules) {
    const found = next && value !== undefined ? fieldAt(value, next.path) : undefined;
    if (next && isCursor(found)) return cursorArguments(operation, next.argument, found, requested);
  }
  const target = /<([^<>]{1,4000})>\s*;[^,]*\brel="?next"?/i.exec(link?.slice(0, MAX_LINK) ?? '')?.[1];
  return target === undefined ? undefined : argumentsOf(operation, target, requested);
}

/** Some say where the next page is by its whole address: then its parameters are what counts. */
function cursorArguments(
  operation: Operation,
  argument: string,
  found: string | number,
  requested: URL,
): JsonObject | undefined {
  if (typeof found === 'string' && /^(https?:\/\/|\/)/.test(found)) {
    const args = argumentsOf(operation, found, requested);
    if (args) return argument !== '' && Object.hasOwn(args, argument) ? { [argument]: args[argument] ?? null } : args;
  }
  return argument === '' ? undefined : { [argument]: found };
}

/** Those parameters of an address that this operation has and that differ from what was asked. */
function argumentsOf(operation: Operation, target: string, requested: URL): JsonObject | undefined {
  if (!URL.canParse(target, requested.href)) return undefined;
  const url = new URL(target, requested.href);
  const changed = operation.parameters.flatMap(({ argument, name, place }): [string, JsonValue][] => {
    const value = place === 'query' ? url.searchParams.get(name) : null;
    if (value === null || value === requested.searchParams.get(name) || value.length > MAX_CURSOR) return [];
    return [[argument, typed(operation, argument, value)]];
  });
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** As the argument's schema has it: an address has only texts. */
function typed(operation: Operation, argument: string, value: string): JsonValue {
  const properties = operation.inputSchema['properties'];
  const schema =
    typeof properties === 'object' && properties !== null && !Array.isArray(properties)
      ? properties[argument]
      : undefined;
  const type = typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? schema['type'] : undefined;
  const isNumber = type === 'integer' || type === 'number';
  return isNumber && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

function isCursor(value: JsonValue | undefined): value is string | number {
  return (typeof value === 'string' && value !== '' && value.length <= MAX_CURSOR) || typeof value === 'number';
}
