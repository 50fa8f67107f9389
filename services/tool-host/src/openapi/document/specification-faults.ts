import { Validator } from '@seriousme/openapi-schema-validator';
import type { JsonObject } from '@switchyard/contracts';

const MAX_FAULTS = 3;

/**
 * Where a document breaks the specification, by its published JSON Schema, in words. Many that serve well do: nothing is refused for
 * it, but who wonders about a missing tool should be told.
 */
export async function specificationFaults(document: JsonObject): Promise<string[]> {
  const { valid, errors } = await new Validator().validate(document);
  if (valid) return [];
  if (!Array.isArray(errors)) return [`The document breaks the specification: ${String(errors)}.`];
  const told = errors
    .slice(0, MAX_FAULTS)
    .map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`);
  return [`The document breaks the specification: ${told.join('; ').slice(0, 500)}.`];
}
