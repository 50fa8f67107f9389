import type { ToolResultPart } from '../messages/message.js';
import { imagePlaceholder, wellFormed } from '../messages/turns.js';

/** A result for wires that have neither images nor an error flag in results: both become words. */
export function resultText(result: ToolResultPart): string {
  const text = result.parts.map((part) => (part.type === 'text' ? part.text : imagePlaceholder(part))).join('\n');
  return wellFormed(result.isError && !/^error\b/i.test(text) ? `Error: ${text}` : text);
}
