import { systemMessage, textOf } from '../messages/message-helpers.js';
import type { CanonicalMessage } from '../messages/message.js';

/** Adds paragraphs to the instructions: to those that open the conversation, because a second message of them is not taken everywhere. */
export function withInstructions(
  messages: readonly CanonicalMessage[],
  paragraphs: readonly string[],
): readonly CanonicalMessage[] {
  if (paragraphs.length === 0) return messages;
  const [first, ...rest] = messages;
  const text = paragraphs.join('\n\n');
  if (first?.role !== 'system') return [systemMessage(text), ...messages];
  const said = textOf(first);
  return [systemMessage(said.trim() === '' ? text : `${said}\n\n${text}`), ...rest];
}
