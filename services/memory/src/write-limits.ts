import { cleanText } from './text/clean-text.js';
import { invalidField } from './check-request.js';

/** Characters of one text; as in the contract's rules. */
export const MAX_TEXT = 65_536;
const MAX_TAGS = 32;
const MAX_TAG_LENGTH = 64;

/** The text as it is stored. @throws SwitchyardError `contract.invalid` where nothing readable is left, or it is too long */
export function checkText(text: string, message: string, field = 'text'): string {
  const clean = cleanText(text);
  if (clean === '') throw invalidField(message, field, 'has no readable characters');
  if (clean.length > MAX_TEXT)
    throw invalidField(
      message,
      field,
      `has ${clean.length} characters; at most ${MAX_TEXT} are kept. Send it in parts`,
    );
  return clean;
}

/** Sorted, each once. @throws SwitchyardError `contract.invalid` (too many, too long) */
export function checkTags(tags: readonly string[], message: string): string[] {
  const clean = [...new Set(tags.map(cleanText))].filter((tag) => tag !== '').sort();
  if (clean.length > MAX_TAGS)
    throw invalidField(message, 'tags', `has ${clean.length} tags; at most ${MAX_TAGS} are kept`);
  const long = clean.find((tag) => tag.length > MAX_TAG_LENGTH);
  if (long !== undefined) throw invalidField(message, 'tags', `has a tag longer than ${MAX_TAG_LENGTH} characters`);
  return clean;
}
