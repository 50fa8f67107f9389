import type { JsonValue } from '../../json.js';
import { repeatedKey } from '../../calls/argument-doubts.js';
import { parseJson } from '../../json.js';
import type { Repair } from '../../model-response.js';
import { parsePython } from './python-literal.js';

/** A value that was written, and what had to be put right to read it; undefined where it has no certain meaning. */
export interface ReadValue {
  value: JsonValue;
  repairs: Repair[];
}

/**
 * Reads JSON as models write it. Only forms with one possible meaning are put right: line breaks that stand in a string
 * as they are, a comma before a closing bracket, Python's spelling of a literal. Nothing is closed or completed.
 */
export function readJson(text: string): ReadValue | undefined {
  const direct = parseJson(text);
  // Which of two members of one name is meant, nobody knows.
  if (direct !== undefined) return repeatedKey(text) === undefined ? { value: direct, repairs: [] } : undefined;
  const escapedControls = escapeControls(text);
  const escaped = escapedControls === text ? undefined : parseJson(escapedControls);
  if (escaped !== undefined && repeatedKey(escapedControls) !== undefined) return undefined;
  if (escaped !== undefined)
    return {
      value: escaped,
      repairs: [{ code: 'json_control_characters', detail: 'a string held a bare line break or tab' }],
    };
  const python = parsePython(text);
  if (python !== undefined)
    return { value: python, repairs: [{ code: 'python_literal', detail: 'a value was written as Python writes it' }] };
  return undefined;
}

/** Escapes control characters within strings; outside they are white space. One walk: strings may have megabytes. */
function escapeControls(text: string): string {
  const pieces: string[] = [];
  let from = 0;
  let inString = false;
  let escaped = -1;
  for (const { index, 0: character } of text.matchAll(/["\\\u0000-\u001f]/gu)) {
    // What a backslash stands before is its own; a bare line break there has no certain meaning.
    if (index === escaped) continue;
    if (character === '"') inString = !inString;
    else if (inString && character === '\\') escaped = index + 1;
    else if (inString) {
      const code = character.charCodeAt(0).toString(16).padStart(4, '0');
      pieces.push(text.slice(from, index), `\\u${code}`);
      from = index + 1;
    }
  }
  return pieces.join('') + text.slice(from);
}
