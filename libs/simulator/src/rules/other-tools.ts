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
  const numbers = (text.replace(/(\d),(?=\d{3}(?!\d))/g, '$1').match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  const quoted = [...text.matchAll(/"([^"]+)"|“([^”]+)”|`([^`]+)`|(?<!\w)'([^']+)'(?!\w)/g)].map(
    (match) => match.slice(1).find((group) => group !== undefined) ?? '',
  );
  const filled: JsonObject = {};
  for (const property of propertiesOf(tool.inputSchema)) {
    const value = valueFor(property, text, tool, numbers, quoted);
    if (value !== undefined) filled[property.name] = value;
    else if (property.required) return undefined;
  }
  return filled;
}

function valueFor(
  property: Property,
  text: string,
  tool: ToolDefinition,
  numbers: number[],
  quoted: string[],
): JsonValue | undefined {
  const { schema, required } = property;
  const choices = Array.isArray(schema['enum']) ? schema['enum'] : [];
  const choice = choices.find(
    (each) => typeof each === 'string' && new RegExp(`\\b${escape(each)}\\b`, 'i').test(text),
  );
  if (choice !== undefined) return choice;
  const types = typesOf(schema);
  if (types.includes('number') || types.includes('integer')) {
    const fits = numbers.findIndex(
      (number) => !types.includes('integer') || types.includes('number') || Number.isInteger(number),
    );
    if (fits >= 0) return numbers.splice(fits, 1)[0];
  } else if (types.includes('string') && choices.length === 0) {
    const string = stringFor(property, text, tool, quoted);
    if (string !== undefined) return string;
  }
  return required ? offeredValue(schema) : undefined;
}

function stringFor(
  { name, required }: Property,
  text: string,
  tool: ToolDefinition,
  quoted: string[],
): string | undefined {
  const parameter = name.toLowerCase();
  if (/url|uri|link/.test(parameter)) return /https?:\/\/\S+[^\s.,;:!?)]/i.exec(text)?.[0];
  if (/date|day/.test(parameter))
    return /\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? /\b(?:today|tomorrow|yesterday)\b/i.exec(text)?.[0];
  if (/e-?mail/.test(parameter)) return /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/.exec(text)?.[0];
  const next = required ? quoted.shift() : undefined;
  if (next !== undefined) return next;
  if (!required) return undefined;
  const named = new RegExp(
    `\\b${escape(parameter.replace(/_/g, ' '))}\\s+(?:is\\s+|of\\s+|=\\s*|:\\s*)?([^,.?!]+)`,
    'i',
  ).exec(text)?.[1];
  if (named !== undefined) return named.trim();
  const toolWords = words(tool.name)
    .filter((word) => !EMPTY.has(word))
    .map(escape);
  const after = new RegExp(
    `\\b(?:${[...toolWords, 'for', 'in', 'of', 'about', 'at', 'to', 'with'].join('|')})\\w*\\s+(?:(?:for|in|of|about|at|to|the|is)\\s+)*([^?!,;]+)`,
    'i',
  ).exec(text)?.[1];
  return (after ?? text).replace(/[.?!\s]+$/, '').trim() || undefined;
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
