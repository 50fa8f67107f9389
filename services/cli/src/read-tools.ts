import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import type { ToolDefinition } from '@switchyard/models';

/**
 * The tools of a line: plainly, or as OpenAI writes them. A tool without a schema takes any arguments.
 *
 * @throws SwitchyardError `usage.invalid`
 */
export function toolsOf({ tools }: JsonObject): ToolDefinition[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw new SwitchyardError('usage.invalid', '"tools" is a list.');
  const read = tools.map(toolOf);
  const twice = read.find(({ name }, index) => read.findIndex((other) => other.name === name) !== index);
  if (twice) throw new SwitchyardError('usage.invalid', `Two tools are named "${twice.name}".`);
  return read;
}

function toolOf(written: JsonValue, index: number): ToolDefinition {
  const tool = objectOf(written) ?? {};
  const inner = objectOf(tool['function']) ?? tool;
  const { name, description } = inner;
  if (typeof name !== 'string' || name === '')
    throw new SwitchyardError('usage.invalid', `tools[${index}] has no name.`);
  return {
    name,
    ...(typeof description === 'string' ? { description } : {}),
    inputSchema: objectOf(inner['parameters'] ?? inner['inputSchema'] ?? inner['input_schema']) ?? { type: 'object' },
  };
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}
