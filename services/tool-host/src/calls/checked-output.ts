import { SwitchyardError, type JsonObject, type ToolDefinition } from '@switchyard/contracts';
import { validateArguments } from '@switchyard/models';
import type { Effect, ToolOutput } from '../tools/tool.js';

/** Faults that are told: a model needs no more to see that an answer is not what was promised. */
const MAX_FAULTS = 5;

/**
 * What a tool gave, held against the schema that it promises its results in. Of a call that may have done something the content is given
 * with a note: what has happened is not undone by an answer of another form.
 *
 * @param effect of the call
 * @throws SwitchyardError `tool.invalid_result` of any other call
 */
export function checkedOutput({ name, resultSchema }: ToolDefinition, output: ToolOutput, effect: Effect): ToolOutput {
  if (!resultSchema || output.isError) return output;
  const why = faultOf(resultSchema, output.structured ?? structureOf(output));
  if (why === undefined) return output;
  const said = `The answer of "${name}" is not what its result schema promises: ${why}.`;
  if (effect === 'irreversible') {
    const note = `[${said} The call was performed, and this is what came of it.]`;
    return { ...output, content: [...output.content, { type: 'text', text: note }] };
  }
  throw new SwitchyardError(
    'tool.invalid_result',
    `${said} Its maker has to mend it, or \`switchyard tools diff ${name}\` shows whether it has changed.`,
    { details: { tool: name } },
  );
}

function faultOf(schema: JsonObject, structured: unknown): string | undefined {
  if (!isObject(structured)) return 'it has no structured content';
  const verdict = validateArguments(schema, structured);
  // A schema of no use promises nothing.
  if (verdict.ok || verdict.code === 'invalid_schema') return undefined;
  const faults = verdict.code === 'invalid_arguments' ? verdict.faults.slice(0, MAX_FAULTS) : [];
  if (faults.length === 0) return 'it could not be checked in time';
  return faults.map(({ path, message }) => `${path} ${message}`).join('; ');
}

/** A server of an older revision gives its structure as the only text. */
function structureOf({ content: [first, ...more] }: ToolOutput): unknown {
  if (first?.type !== 'text' || more.length > 0) return undefined;
  try {
    return JSON.parse(first.text) as unknown;
  } catch {
    // Words, and no structure.
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
