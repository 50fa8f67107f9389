import type { JsonObject } from '../../json.js';
import { isJsonObject } from '../../json.js';
import type { ImagePart, ReasoningPart, TextPart, ToolResultPart } from '../../messages/message.js';
import { imagePlaceholder, wellFormed } from '../../messages/turns.js';
import type { Profile } from '../../profile/profile.js';

/** The formats of `ImageBlock`, by media type. */
const FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'image/png': 'png',
    'image/jpeg': 'jpeg',
    'image/jpg': 'jpeg',
    'image/gif': 'gif',
    'image/webp': 'webp',
  }),
);
/** "You can include up to 20 images. Each image's size must be no more than 3.75 MB": of one message. */
const MAX_IMAGES = 20;
const MAX_IMAGE_BYTES = 3_750_000;
const NOT_BASE64 = /[^A-Za-z0-9+/]/;

export function textBlock(text: string): JsonObject {
  return { text: wellFormed(text) };
}

/** Text and images. Blank text is refused; an image that cannot go is named. */
export function contentBlocks(part: TextPart | ImagePart, profile: Profile): JsonObject[] {
  if (part.type === 'text') return part.text.trim() === '' ? [] : [textBlock(part.text)];
  return [imageBlock(part, profile) ?? textBlock(imagePlaceholder(part))];
}

/** What an assistant said. Reasoning goes back only to its signer, with its signature unless the profile wants it as text. */
export function saidBlocks(part: TextPart | ReasoningPart, profile: Profile): JsonObject[] {
  if (part.type === 'text') return contentBlocks(part, profile);
  const { replay, signer } = profile.reasoning;
  if (replay === 'none' || signer === '' || part.signer !== signer) return [];
  if (typeof part.opaque === 'string' && isBase64(part.opaque))
    return [{ reasoningContent: { redactedContent: part.opaque } }];
  const text = wellFormed(part.text);
  const signature = wellFormed(part.signature ?? '');
  if (signature === '') {
    return replay === 'signed' || text.trim() === '' ? [] : [{ reasoningContent: { reasoningText: { text } } }];
  }
  // What cannot be sent unchanged no longer fits its signature. An empty text can, and must be there.
  if (text !== part.text || signature !== part.signature) return [];
  return [{ reasoningContent: { reasoningText: { text, signature } } }];
}

/** An empty result is refused by some models, and by all when it tells of an error. */
export function resultBlock(result: ToolResultPart, wireId: string, profile: Profile): JsonObject {
  const content = result.parts.flatMap((part) => contentBlocks(part, profile));
  return {
    toolResult: {
      toolUseId: wireId,
      content: content.length === 0 ? [textBlock('(no output)')] : content,
      // Only Claude and Nova take the field, so success goes without it.
      ...(result.isError ? { status: 'error' } : {}),
    },
  };
}

/** Leaves a message its newest images, as many as it may have. */
export function limitImages(content: readonly JsonObject[]): JsonObject[] {
  let images = 0;
  const limit = (blocks: readonly JsonObject[]): JsonObject[] =>
    blocks
      .toReversed()
      .map((block) => {
        const { image, toolResult } = block;
        if (isJsonObject(toolResult) && Array.isArray(toolResult['content']))
          return { toolResult: { ...toolResult, content: limit(toolResult['content'].filter(isJsonObject)) } };
        if (!isJsonObject(image) || ++images <= MAX_IMAGES) return block;
        return textBlock(imagePlaceholder({ type: 'image', mediaType: `image/${String(image['format'])}` }));
      })
      .toReversed();
  return limit(content);
}

/** Undefined where the model sees nothing, or the image has an address or a form that the wire does not take. */
function imageBlock(part: ImagePart, profile: Profile): JsonObject | undefined {
  const format = FORMATS.get(part.mediaType.toLowerCase());
  if (!profile.capabilities.vision || format === undefined || part.data === undefined) return undefined;
  if (!isBase64(part.data) || (part.data.length * 3) / 4 > MAX_IMAGE_BYTES) return undefined;
  return { image: { format, source: { bytes: part.data } } };
}

function isBase64(text: string): boolean {
  // Searched for what may not be there: a pattern of the whole, repeated over megabytes, overflows the matcher's stack.
  const digits = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text;
  return text !== '' && text.length % 4 === 0 && !NOT_BASE64.test(digits);
}
