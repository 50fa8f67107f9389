import type { JsonObject } from '../../json.js';
import type { ImagePart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart } from '../../messages/message.js';
import type { AnsweredCall, AssistantTurn, Turn } from '../../messages/turns.js';
import { imagePlaceholder, inOrder, wellFormed, wellFormedArguments } from '../../messages/turns.js';
import type { Profile } from '../../profile/profile.js';
import type { ToolNames } from '../../calls/tool-names.js';
import { isSignature, unsealText } from './signed-text.js';

type Content = { role: 'user' | 'model'; parts: JsonObject[] };

/** What Gemini reads; anything else is refused. */
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif']);

/** Users and the model take turns, users begin and end, and the results of a turn's calls open the next user turn. */
export function renderContents(turns: readonly Turn[], profile: Profile, names: ToolNames): Content[] {
  const contents: Content[] = [];
  const add = (role: 'user' | 'model', parts: JsonObject[]): void => {
    if (parts.length === 0) return;
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else contents.push({ role, parts });
  };
  for (const turn of turns) {
    if (turn.kind === 'user') {
      const parts = turn.parts.flatMap((part) => renderPart(part, profile));
      add('user', parts);
    }
    if (turn.kind !== 'assistant') continue;
    const said = renderSaid(turn, profile, names);
    if (contents.length === 0 && said.length > 0) add('user', [{ text: '(The conversation begins here.)' }]);
    add('model', said);
    add('user', renderResults(turn.calls, profile, names));
  }
  if (contents.at(-1)?.role !== 'user') add('user', [{ text: 'Continue.' }]);
  return contents;
}

/** Empty parts are refused, and blank ones say nothing. */
function renderText(text: string): JsonObject[] {
  return text.trim() === '' ? [] : [{ text: wellFormed(text) }];
}

function renderPart(part: TextPart | ImagePart, profile: Profile): JsonObject[] {
  return part.type === 'text' ? renderText(part.text) : [renderImage(part, profile)];
}

function renderImage(image: ImagePart, profile: Profile): JsonObject {
  const mimeType = image.mediaType === 'image/jpg' ? 'image/jpeg' : image.mediaType;
  if (profile.capabilities.vision && IMAGE_TYPES.has(mimeType)) {
    if (image.url !== undefined) return { fileData: { mimeType, fileUri: image.url } };
    if (image.data !== undefined && image.data !== '') return { inlineData: { mimeType, data: image.data } };
  }
  return { text: wellFormed(imagePlaceholder(image)) };
}

/** What the model said and called, in the order in which it came. Signatures go back only to their signer. */
function renderSaid(turn: AssistantTurn, profile: Profile, names: ToolNames): JsonObject[] {
  const before: JsonObject[] = [];
  const after: JsonObject[] = [];
  let text = '';
  let position = 0;
  for (const part of inOrder(turn)) {
    if ('call' in part) {
      before.push(...renderText(text), renderCall(part, position++, profile, names));
      text = '';
      continue;
    }
    if (part.type === 'text') {
      before.push(...renderText(text));
      text = part.text;
      continue;
    }
    const { isOwn, thought, signed } = replayed(part, profile);
    if (!isOwn) continue;
    if (signed?.afterCalls === true) {
      after.push({ text: '', thoughtSignature: signed.thoughtSignature });
      continue;
    }
    // Signed and unsigned text must not be joined. Text that was changed meanwhile is no longer what was signed.
    const start =
      signed !== undefined && signed.textLength <= text.length ? text.length - signed.textLength : undefined;
    before.push(...renderText(start === undefined ? text : text.slice(0, start)));
    if (signed !== undefined) {
      const covered = start === undefined ? '' : wellFormed(text.slice(start));
      before.push({ text: covered, thoughtSignature: signed.thoughtSignature });
    }
    text = '';
    if (thought !== undefined) before.push(thought);
  }
  return [...before, ...renderText(text), ...after];
}

function renderCall(answered: AnsweredCall, position: number, profile: Profile, names: ToolNames): JsonObject {
  const { call } = answered;
  return {
    functionCall: {
      ...idOf(answered, profile),
      name: names.toWire(call.name),
      args: wellFormedArguments(call.arguments),
    },
    ...sealOf(call, position, profile),
  };
}

function replayed(
  part: ReasoningPart,
  profile: Profile,
): { isOwn: boolean; thought?: JsonObject; signed?: NonNullable<ReturnType<typeof unsealText>> } {
  const { replay, signer } = profile.reasoning;
  if (replay !== 'signed' || signer === '' || part.signer !== signer) return { isOwn: false };
  const signed = unsealText(part.opaque);
  if (signed !== undefined) return isSignature(signed.thoughtSignature) ? { isOwn: true, signed } : { isOwn: false };
  // Thoughts without a signature are summaries, which the model does not take back.
  if (!isSignature(part.signature)) return { isOwn: false };
  return {
    isOwn: true,
    thought: { text: wellFormed(part.text), thought: true, thoughtSignature: part.signature },
  };
}

function idOf({ wireId }: AnsweredCall, profile: Profile): JsonObject {
  return profile.callIds === 'none' ? {} : { id: wireId };
}

function sealOf(call: ToolCallPart, position: number, { callSeal, reasoning }: Profile): JsonObject {
  if (callSeal === null) return {};
  const { seal } = call;
  if (seal !== undefined && seal.signer === reasoning.signer && isSignature(seal.value))
    return { thoughtSignature: seal.value };
  // Only a turn's first call must carry one.
  return position === 0 && callSeal.placeholder !== null ? { thoughtSignature: callSeal.placeholder } : {};
}

/** One response a call, in the calls' order. Only some models take images within one, but all take them beside. */
function renderResults(calls: readonly AnsweredCall[], profile: Profile, names: ToolNames): JsonObject[] {
  const responses = calls.map((each) => ({
    functionResponse: {
      ...idOf(each, profile),
      name: names.toWire(each.call.name),
      response: { [each.result.isError ? 'error' : 'output']: textOfResult(each.result, profile) },
    },
  }));
  return [...responses, ...calls.flatMap(({ result }) => imagesOfResult(result, profile))];
}

function textOfResult(result: ToolResultPart, profile: Profile): string {
  const texts = result.parts.map((part) =>
    part.type === 'text' ? part.text : isShown(part, profile) ? '[image below]' : imagePlaceholder(part),
  );
  return wellFormed(texts.join('\n'));
}

function imagesOfResult(result: ToolResultPart, profile: Profile): JsonObject[] {
  const images = result.parts.filter((part) => part.type === 'image').filter((part) => isShown(part, profile));
  if (images.length === 0) return [];
  return [
    { text: wellFormed(`[Image from the result of ${result.name}]`) },
    ...images.map((image) => renderImage(image, profile)),
  ];
}

function isShown(image: ImagePart, profile: Profile): boolean {
  return !('text' in renderImage(image, profile));
}
