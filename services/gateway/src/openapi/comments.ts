import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { COMMENTS } from './comments.gen.js';

/** What proto/ says of a field in words. */
export function describeField(message: DescMessage, field: DescField): string | undefined {
  return COMMENTS[message.name]?.[field.name];
}
