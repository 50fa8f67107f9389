import type { JsonObject, JsonValue, ToolDefinition } from '@switchyard/models';
import { words } from './choose-tool.js';
import type { Property } from './schema.js';
import { offeredValue, propertiesOf, typesOf } from './schema.js';

/** Words of a tool's name that say nothing about what it is for. */
const EMPTY = new Set(
  'get set do run call make the a an of to for in on and or tool use with by from is it my new'.split(' '),
);

/**
 * A call for a tool of a kind that the rules do not know (an agent's own), if the text speaks of it: a word of its name is
 * said, and every required parameter is found in the text.
 */
export function otherToolCall(
  text: string,
  tools: readonly ToolDefinition[],
): { tool: ToolDefinition; arguments: JsonObject } | undefined {
  const said = words(text);
  const fitting = tools
    .map((tool) => ({ tool, score: words(tool.name).filter((word) => !EMPTY.has(word) && isSaid(word, said)).length }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  for (const { tool } of fitting) {
    const filled = fillFromText(text, tool);
    if (filled !== undefined) return { tool, arguments: filled };
  }
  return undefined;
}

/** Arguments from the text alone; undefined if a required one is not in it. */
export function fillFromText(text: string, tool: ToolDefinition): JsonObject | undefined {
  const material: Material = {
    text,
    toolWords: words(tool.name).filter((word) => !EMPTY.has(word)),
    numbers: (text.replace(/(\d),(?=\d{3}(?!\d))/g, '$1').match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number),
    quoted: [...text.matchAll(/"([^"]+)"|“([^”]+)”|`([^`]+)`|(?<!\w)'([^']+)'(?!\w)/g)].map(
      (match) => match.slice(1).find((group) => group !== undefined) ?? '',
    ),
    phraseIsFree: true,
  };
  const filled: JsonObject = {};
  for (const property of propertiesOf(tool.inputSchema)) {
    const value = valueFor(property, material);
    if (value !== undefined) filled[property.name] = value;
    else if (property.required) return undefined;
  }
  return filled;
}

/** What a text has to fill parameters with. Each piece is used once: one phrase is not both the path and the content. */
interface Material {
  text: string;
  toolWords: string[];
  numbers: number[];
  quoted: string[];
  phraseIsFree: boolean;
}

function valueFor({ name, schema, required }: Property, material: Material): JsonValue | undefined {
  const choices = Array.isArray(schema['enum']) ? schema['enum'] : [];
  const choice = choices.find(
    (each) => typeof each === 'string' && new RegExp(`\\b${escape(each)}\\b`, 'i').test(material.text),
  );
  if (choice !== undefined) return choice;
  const types = typesOf(schema);
  if (types.includes('number') || types.includes('integer')) {
    const fits = material.numbers.findIndex((number) => types.includes('number') || Number.isInteger(number));
    if (fits >= 0) return material.numbers.splice(fits, 1)[0];
  } else if (types.includes('string') && choices.length === 0) {
    const string =
      shapedString(name.toLowerCase(), material.text) ?? (required ? freeString(name, material) : undefined);
    if (string !== undefined && string !== '') return string;
  }
  return required ? offeredValue(schema) : undefined;
}

/** Parameters whose name says what their value looks like. */
const SHAPES: readonly [RegExp, RegExp][] = [
  [/url|uri|link/, /https?:\/\/\S+[^\s.,;:!?)]/i],
  [/path|file|folder|directory/, /(?:\.{0,2}\/)?(?:[\w-]+\/)*[\w-]+\.[a-z]\w{0,7}\b|\.{0,2}\/[\w./-]*\w/i],
  [/date|day/, /\d{4}-\d{2}-\d{2}|\b(?:today|tomorrow|yesterday)\b/i],
  [/e-?mail/, /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/],
];

/** Empty if the parameter has a shape that nothing in the text has; undefined if it has none. */
function shapedString(parameter: string, text: string): string | undefined {
  const shape = SHAPES.find(([name]) => name.test(parameter))?.[1];
  return shape === undefined ? undefined : (shape.exec(text)?.[0] ?? '');
}

/** What is quoted, what is named ("city: Paris"), or what follows the tool's word ("weather in Paris"). */
function freeString(name: string, material: Material): string | undefined {
  const quoted = material.quoted.shift();
  if (quoted !== undefined) return quoted;
  const { text, toolWords } = material;
  const spoken = escape(name.toLowerCase().replace(/_/g, ' '));
  const named = new RegExp(`\\b${spoken}\\s+(?:is\\s+|of\\s+|=\\s*|:\\s*)?([^,.?!]+)`, 'i').exec(text)?.[1];
  if (named !== undefined) return named.trim();
  if (!material.phraseIsFree) return undefined;
  material.phraseIsFree = false;
  const leads = [...toolWords.map(escape), 'for', 'in', 'of', 'about', 'at', 'to', 'with'].join('|');
  const after = new RegExp(`\\b(?:${leads})\\w*\\s+(?:(?:for|in|of|about|at|to|the|is)\\s+)*([^?!,;]+)`, 'i').exec(
    text,
  )?.[1];
  return (after ?? text).replace(/[.?!\s]+$/, '').trim();
}

function isSaid(word: string, said: readonly string[]): boolean {
  return said.some(
    (each) =>
      each === word ||
      (word.length >= 4 &&
        each.length >= 4 &&
        (each.startsWith(word.slice(0, -1)) || word.startsWith(each.slice(0, -1)))),
  );
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
