import type { JsonObject, JsonValue, ToolDefinition } from '@switchyard/models';
import type { Intent } from './intent.js';
import { timeZoneOf } from './places.js';
import type { Property } from './schema.js';
import { offeredValue, propertiesOf, typesOf } from './schema.js';

/** Names under which tools take the one thing that matters, best first. */
const PARAMETERS: Readonly<Record<Intent['kind'], readonly string[]>> = {
  calculate: ['expression', 'expr', 'formula', 'equation', 'calculation', 'input', 'query', 'q', 'text'],
  time: ['timezone', 'time_zone', 'timeZone', 'tz', 'zone', 'location', 'city', 'place'],
  read_file: ['path', 'file_path', 'filePath', 'filepath', 'filename', 'file', 'name', 'uri'],
  write_file: ['path', 'file_path', 'filePath', 'filepath', 'filename', 'file', 'name', 'uri'],
  list_files: ['path', 'directory', 'dir', 'folder', 'root'],
  fetch: ['url', 'uri', 'link', 'href', 'address'],
  remember: ['content', 'fact', 'text', 'memory', 'note', 'value', 'data', 'information'],
  recall: ['query', 'question', 'q', 'text', 'search', 'topic', 'key'],
  forget: ['id', 'memory_id', 'memory', 'key'],
};

/** The arguments with which a tool serves a wish; undefined if its schema cannot be filled from what was said. */
export function fillArguments(intent: Intent, tool: ToolDefinition): JsonObject | undefined {
  const properties = propertiesOf(tool.inputSchema);
  const main = mainProperty(intent, properties);
  const filled: JsonObject = {};
  const value = valueOf(intent, main?.name ?? '');
  if (main !== undefined && value !== undefined) {
    filled[main.name] = typesOf(main.schema).includes('string') ? value : [value];
  } else if (value !== undefined && intent.kind !== 'time' && intent.kind !== 'list_files') {
    return undefined;
  }
  for (const property of properties) {
    if (!property.required || filled[property.name] !== undefined) continue;
    const other = otherValue(property, intent);
    if (other === undefined) return undefined;
    filled[property.name] = other;
  }
  return filled;
}

function mainProperty(intent: Intent, properties: readonly Property[]): Property | undefined {
  const takesText = (property: Property): boolean => {
    const types = typesOf(property.schema);
    return (types.includes('string') || types.includes('array')) && property.schema['enum'] === undefined;
  };
  const candidates = properties.filter(takesText);
  const named = PARAMETERS[intent.kind]
    .map((name) => candidates.find((property) => property.name.toLowerCase() === name.toLowerCase()))
    .find((property) => property !== undefined);
  // A tool with one required text parameter means that one, whatever it is called.
  const required = candidates.filter((property) => property.required);
  return named ?? (required.length === 1 ? required[0] : candidates.length === 1 ? candidates[0] : undefined);
}

function valueOf(intent: Intent, parameter: string): string | undefined {
  switch (intent.kind) {
    case 'calculate':
      return intent.expression;
    case 'time':
      if (intent.place === '') return undefined;
      return /zone|^tz$/i.test(parameter) ? (timeZoneOf(intent.place) ?? intent.place) : intent.place;
    case 'read_file':
    case 'write_file':
      return intent.path;
    case 'list_files':
      return intent.path;
    case 'fetch':
      return intent.url;
    case 'remember':
      return intent.fact;
    case 'recall':
      return intent.question.replace(/[?!.\s]+$/, '');
    case 'forget':
      return intent.id;
  }
}

function otherValue(property: Property, intent: Intent): JsonValue | undefined {
  if (intent.kind === 'write_file' && /content|text|data|body/i.test(property.name)) return intent.content;
  const offered = offeredValue(property.schema);
  if (offered !== undefined) return offered;
  const [type] = typesOf(property.schema);
  if (type === 'boolean') return false;
  if (type === 'array') return [];
  if (type === 'object') return {};
  if (intent.kind === 'time' && type === 'string') return 'UTC';
  if (intent.kind === 'remember' && /key|name|title|subject|topic/i.test(property.name)) return keyOf(intent.fact);
  if (/method/i.test(property.name)) return 'GET';
  return undefined;
}

/** "my favourite colour is teal" is about `favourite_colour`. */
function keyOf(fact: string): string {
  const subject = /^(?:my|our|the|i)?\s*(.+?)\s+(?:is|are|was|=|:)\s/i.exec(fact)?.[1] ?? fact;
  return (
    subject
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '')
      .slice(0, 40) || 'note'
  );
}
