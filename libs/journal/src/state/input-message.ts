import type { JsonValue } from '@switchyard/contracts';
import type { CanonicalMessage } from '@switchyard/models';
import { userMessage } from '@switchyard/models/messages';

/** What a user gave, as the model is told it: a text is what the user said; any other value is shown as JSON. */
export function inputMessage(input: JsonValue): CanonicalMessage {
  return userMessage(typeof input === 'string' ? input : JSON.stringify(input, null, 2));
}
