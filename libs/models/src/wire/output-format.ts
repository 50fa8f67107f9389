import type { JsonObject } from '../json.js';
import type { OutputPlan } from '../schema/structured-output.js';

/** What OpenAI calls the format of an answer; undefined where the value is asked for in another way. */
export function outputFormat(output: OutputPlan | undefined): JsonObject | undefined {
  if (output?.method === 'json_object') return { type: 'json_object' };
  if (output?.method !== 'json_schema' || output.schema === undefined) return undefined;
  return { type: 'json_schema', name: output.name, schema: output.schema, strict: true };
}
