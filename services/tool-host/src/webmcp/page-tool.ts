import type { JsonObject } from '@switchyard/contracts';
import { plainText } from './plain-text.js';

/** Names as the specification has them (WebMCP, tool names). */
const NAME = /^[A-Za-z0-9_.-]{1,128}$/;
/** Bytes of one schema as JSON. It is read by models at every turn. */
const MAX_SCHEMA_BYTES = 64 * 1_024;
const MAX_SCHEMA_DEPTH = 24;
const NO_ARGUMENTS: JsonObject = { type: 'object', properties: {} };

/** A tool as a frame of a page registered it. All of it is the page's word. */
export interface PageTool {
  name: string;
  description: string;
  /** JSON Schema of its arguments. */
  inputSchema: JsonObject;
  /** It says that it changes nothing. */
  readOnly: boolean;
  /** It says that what it does matters: a booking, a payment. */
  consequential: boolean;
}

/** What a page registered, or undefined where it cannot be a tool. Texts come out without what people cannot see. */
export function pageToolOf(given: unknown): PageTool | undefined {
  if (!isRecord(given) || typeof given['name'] !== 'string' || !NAME.test(given['name'])) return undefined;
  const inputSchema = schemaOf(given['inputSchema']);
  if (!inputSchema) return undefined;
  const hints = isRecord(given['annotations']) ? given['annotations'] : {};
  const said = (hint: string) => hints[hint] === true || hints[`${hint}Hint`] === true;
  return {
    name: given['name'],
    description: plainText(typeof given['description'] === 'string' ? given['description'] : ''),
    inputSchema,
    readOnly: said('readOnly'),
    consequential: said('consequential'),
  };
}

function schemaOf(given: unknown): JsonObject | undefined {
  if (given === undefined || given === null) return NO_ARGUMENTS;
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  if (Buffer.byteLength(text) > MAX_SCHEMA_BYTES || depthOf(text) > MAX_SCHEMA_DEPTH) return undefined;
  const schema = parsed(text);
  if (!schema) return undefined;
  // A schema without a type says nothing of what models are to give, and they want an object.
  return 'type' in schema || '$ref' in schema || 'anyOf' in schema ? schema : { ...NO_ARGUMENTS, ...schema };
}

function parsed(text: string): JsonObject | undefined {
  const forPeople = (key: string, value: unknown) =>
    (key === 'description' || key === 'title') && typeof value === 'string' ? plainText(value) : value;
  try {
    const value: unknown = JSON.parse(text, forPeople);
    return isRecord(value) ? (value as JsonObject) : undefined;
  } catch {
    // What is no JSON is no schema; the tool is left out.
    return undefined;
  }
}

/** How deeply a JSON text is nested, without going that deep. */
function depthOf(text: string): number {
  let [depth, deepest, inText] = [0, 0, false];
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inText && character === '\\') index++;
    else if (character === '"') inText = !inText;
    else if (inText) continue;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
