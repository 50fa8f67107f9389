import type { ToolEntry, ToolsForm } from '../dialects/prompt-form.js';
import { writeBraces } from '../dialects/bodies/brace-body.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';

/** A tool as it is shown to a model, under the name that the model is to write. */
export interface ShownTool {
  name: string;
  description: string;
  parameters: JsonObject;
}

/** Writes the tools that are offered as a dialect's prompt has them. */
export function writeTools(
  { entry, marks = ['', ''], each = ['', ''], list = false }: ToolsForm,
  tools: readonly ShownTool[],
): string {
  const entries = tools.map((tool) => each[0] + writeTool(entry, tool) + each[1]);
  return marks[0] + (list ? `[${entries.join(', ')}]` : entries.join('\n')) + marks[1];
}

function writeTool(entry: ToolEntry, tool: ShownTool): string {
  const { name, description, parameters } = tool;
  switch (entry) {
    case 'openai':
      return JSON.stringify({ type: 'function', function: { name, description, parameters } });
    case 'function':
      return JSON.stringify({ name, description, parameters });
    case 'markdown':
      // What only describes the tool begins none.
      return `### ${name}\nDescription: ${description.replace(/^#/gmu, '\\#')}\n\nParameters: ${JSON.stringify(parameters)}\n`;
    case 'tags':
      return writeTags(tool);
    case 'typescript': {
      const type = typeOf(parameters, '  ');
      return `${comment(description, '')}type ${name} = (${type === '{}' ? '' : `_: ${type}`}) => any;\n`;
    }
    default:
      return writeBraces({ id: '', name, arguments: { description, parameters } }, entry.braces).replace(
        /^call:/u,
        'declaration:',
      );
  }
}

function writeTags({ name, description, parameters }: ShownTool): string {
  const { properties, ...rules } = parameters;
  const written = Object.entries(isJsonObject(properties) ? properties : {}).map(([key, schema]) => {
    const { type, description: about, ...more } = isJsonObject(schema) ? schema : {};
    const lines = [
      tag('name', plain(key)),
      tag('type', plain(type)),
      tag('description', plain(about)),
      ...tagsOf(more),
    ];
    return `<parameter>\n${lines.filter((line) => line !== '').join('\n')}\n</parameter>`;
  });
  const { type: _, ...others } = rules;
  return [
    '<function>',
    tag('name', name),
    tag('description', plain(description)),
    '<parameters>',
    ...written,
    ...tagsOf(others),
    '</parameters>',
    '</function>',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** What else a schema says, each keyword as a tag. */
function tagsOf(schema: JsonObject): string[] {
  return Object.entries(schema).map(([keyword, value]) => tag(keyword, plain(value)));
}

function tag(name: string, value: string): string {
  return value === '' ? '' : `<${name}>${value}</${name}>`;
}

/** No tag within: it would be one of these. */
function plain(value: JsonValue | undefined): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return text.replace(/<(?=\/?\p{L})/gu, '<\\');
}

/** A schema as a type; what types cannot say stands as JSON in a comment. */
function typeOf(schema: JsonValue | undefined, indent: string): string {
  if (!isJsonObject(schema)) return 'any';
  const { type, enum: values, properties, items, required } = schema;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(type)) return type.map((each) => typeOf({ ...schema, type: each }, indent)).join(' | ');
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `${items === undefined ? 'any' : `(${typeOf(items, indent)})`}[]`;
    default:
      break;
  }
  if (!isJsonObject(properties)) return type === 'object' || type === undefined ? otherwise(schema) : 'any';
  const needed: unknown[] = Array.isArray(required) ? required : [];
  const lines = Object.entries(properties).map(([key, member]) => {
    const about = isJsonObject(member) && typeof member['description'] === 'string' ? member['description'] : '';
    const name = /^[A-Za-z_$][\w$]*$/u.test(key) ? key : JSON.stringify(key);
    return `${comment(about, indent)}${indent}${name}${needed.includes(key) ? '' : '?'}: ${typeOf(member, `${indent}  `)},`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent.slice(2)}}`;
}

function otherwise(schema: JsonObject): string {
  const { type: _type, additionalProperties: _more, properties: _none, ...rest } = schema;
  return Object.keys(rest).length === 0 ? '{}' : `any /* ${JSON.stringify(rest).replaceAll('*/', '*\\/')} */`;
}

function comment(text: string, indent: string): string {
  return text === '' ? '' : `${indent}// ${text.replaceAll('\n', `\n${indent}// `)}\n`;
}
