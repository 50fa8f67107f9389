import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { userMessage, type CanonicalMessage } from '@switchyard/models';

/** As the journal shows an input to the model: a text as it is, anything else as JSON. */
export function inputText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** An input as a canonical message in its wire form. */
export function userSays(value: JsonValue): JsonObject {
  return wireMessage(userMessage(inputText(value)));
}

/** A canonical message of text in its wire form. */
export function wireMessage(message: CanonicalMessage): JsonObject {
  return {
    role: message.role,
    parts: message.parts.flatMap((part) => (part.type === 'text' ? [{ type: part.type, text: part.text }] : [])),
  };
}
