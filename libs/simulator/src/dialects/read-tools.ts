import type { JsonObject, JsonValue, ToolDefinition, ToolsForm } from '@switchyard/models';
import { asObject } from '../rules/schema.js';

/** The tools that instructions name. What no rule can use (types of functions, Gemma's notation) is not read: a script calls by itself. */
export function readTools(
  { entry, marks = ['', ''], each = ['', ''] }: ToolsForm,
  instructions: string,
): ToolDefinition[] {
  switch (entry) {
    case 'openai':
    case 'function': {
      const around = [...marks, ...each].map((mark) => mark.trim()).filter((mark) => mark !== '');
      const bare = around.reduce((text, mark) => text.replaceAll(mark, '\n'), instructions);
      return bare.split('\n').flatMap((line) => {
        const json = /^[[{]/u.test(line) ? parse(line) : undefined;
        return (Array.isArray(json) ? json : [json]).flatMap(toolOf);
      });
    }
    case 'markdown':
      return [...instructions.matchAll(/^### (\S+)\nDescription: ([^]*?)\n\nParameters: (.*)$/gmu)].flatMap(
        ([, name, description, parameters = '']) => toolOf({ name, description, parameters: parse(parameters) }),
      );
    case 'tags':
      return [...instructions.matchAll(/<function>\n([^]*?)\n<\/function>/gu)].flatMap(([, text = '']) =>
        toolOfTags(text),
      );
    default:
      return [];
  }
}

function toolOf(value: JsonValue | undefined): ToolDefinition[] {
  const tool = asObject(value);
  const { name, description, parameters } = asObject(tool?.['function']) ?? tool ?? {};
  const inputSchema = asObject(parameters);
  if (typeof name !== 'string' || inputSchema === undefined) return [];
  return [{ name, inputSchema, ...(typeof description === 'string' ? { description } : {}) }];
}

function toolOfTags(text: string): ToolDefinition[] {
  const within = (of: string, tag: string): string | undefined =>
    new RegExp(`<${tag}>([^]*?)</${tag}>`, 'u').exec(of)?.[1];
  const parameters = [...text.matchAll(/<parameter>\n([^]*?)\n<\/parameter>/gu)].map(
    ([, each = '']): [string, JsonObject] => {
      const type = within(each, 'type') ?? 'string';
      return [within(each, 'name') ?? '', { type: type.startsWith('[') ? (parse(type) ?? 'string') : type }];
    },
  );
  const required = parse(within(text.split('</parameter>').at(-1) ?? '', 'required') ?? '[]') ?? [];
  const schema = { type: 'object', properties: Object.fromEntries(parameters), required };
  return toolOf({ name: within(text, 'name'), description: within(text, 'description'), parameters: schema });
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // A line that only begins like JSON is prose.
    return undefined;
  }
}
