import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { isObject } from './candidate.js';

/**
 * What somebody said in a message of a Letta agent. Texts of users are often wrapped as events (`{"type":
 * "user_message", "message": …}`), and agents of the MemGPT kind speak by a tool, `send_message`.
 *
 * @returns empty where it is neither a user's nor an agent's word
 */
export function saidIn(message: JsonObject): string {
  if (message['role'] === 'user') return unwrapped(contentOf(message));
  if (message['role'] !== 'assistant') return '';
  const sent = sentBy(message['tool_calls']);
  return sent === '' ? contentOf(message) : sent;
}

function contentOf(message: JsonObject): string {
  const content = message['content'] ?? message['text'];
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .flatMap((part) =>
      isObject(part) && part['type'] === 'text' && typeof part['text'] === 'string' ? [part['text']] : [],
    )
    .join('\n');
}

function unwrapped(text: string): string {
  if (!text.startsWith('{')) return text;
  const event = parsed(text);
  if (!isObject(event) || typeof event['type'] !== 'string') return text;
  return event['type'] === 'user_message' && typeof event['message'] === 'string' ? event['message'] : '';
}

function sentBy(calls: JsonValue | undefined): string {
  if (!Array.isArray(calls)) return '';
  return calls
    .flatMap((call) => {
      const called = isObject(call) && isObject(call['function']) ? call['function'] : undefined;
      if (called?.['name'] !== 'send_message' || typeof called['arguments'] !== 'string') return [];
      const given = parsed(called['arguments']);
      return isObject(given) && typeof given['message'] === 'string' ? [given['message']] : [];
    })
    .join('\n');
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // It only looks like JSON: it is what was said.
    return undefined;
  }
}
