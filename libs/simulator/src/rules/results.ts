import type { JsonValue, ToolResultPart } from '@switchyard/models';
import { textOf } from '@switchyard/models';
import { asObject } from './schema.js';

/** A tool's result, ready to be spoken of. */
export interface Outcome {
  failed: boolean;
  text: string;
}

/** Members under which tools give what was asked for, best first. */
const MAIN = [
  'result',
  'value',
  'answer',
  'content',
  'contents',
  'text',
  'body',
  'output',
  'datetime',
  'time',
  'local_time',
  'localTime',
  'local',
  'now',
  'iso',
  'entries',
  'files',
  'memories',
  'items',
  'results',
  'data',
  'message',
];

/** Reads a result of any tool: plain text, or JSON in which one member is what matters. */
export function readResult(result: ToolResultPart): Outcome {
  const raw = textOf(result.parts).trim();
  const json = parse(raw);
  const object = asObject(json);
  const error = object?.['error'];
  if (result.isError || /^error\b[:\s]/i.test(raw) || (error !== undefined && error !== null && error !== false)) {
    const said = asObject(error)?.['message'] ?? (typeof error === 'string' ? error : undefined);
    return {
      failed: true,
      text: (typeof said === 'string' ? said : raw.replace(/^error:?\s*/i, '')) || 'no reason was given',
    };
  }
  return { failed: false, text: json === undefined ? raw : speak(json) };
}

function speak(json: JsonValue): string {
  if (Array.isArray(json))
    return json.map((each) => (typeof each === 'object' ? speak(each) : String(each))).join('\n');
  const object = asObject(json);
  if (object === undefined) return String(json);
  const { date, time, weekday } = object;
  if (typeof date === 'string' && typeof time === 'string') {
    const zone = object['time_zone'] ?? object['timezone'];
    const day = typeof weekday === 'string' ? `${weekday}, ${date}` : date;
    return `${time} on ${day}${typeof zone === 'string' ? ` (${zone})` : ''}`;
  }
  const main = MAIN.map((key) => object[key]).find((value) => value !== undefined && value !== null && value !== '');
  if (main !== undefined) return typeof main === 'object' ? speak(main) : String(main);
  const name = object['name'] ?? object['path'] ?? object['fact'];
  if (typeof name === 'string') return name;
  return Object.entries(object)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}

function parse(text: string): JsonValue | undefined {
  if (!/^[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // Text that only begins like JSON is text.
    return undefined;
  }
}
