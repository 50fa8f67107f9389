import type { JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import type { CanonicalMessage, ImagePart, Part, Role, TextPart, ToolCallPart, ToolResultPart } from './message.js';

/** A message of one text part. */
export function textMessage(role: Role, text: string): CanonicalMessage {
  return { role, parts: [{ type: 'text', text }] };
}

export const systemMessage = (text: string): CanonicalMessage => textMessage('system', text);
export const userMessage = (text: string): CanonicalMessage => textMessage('user', text);
export const assistantMessage = (text: string): CanonicalMessage => textMessage('assistant', text);

/** What answers a tool call: one `tool` message with one result. Text content becomes one text part. */
export function toolResultMessage(
  call: Pick<ToolCallPart, 'id' | 'name'>,
  content: string | (TextPart | ImagePart)[],
  options: { isError?: boolean } = {},
): CanonicalMessage {
  const parts: (TextPart | ImagePart)[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return {
    role: 'tool',
    parts: [{ type: 'tool_result', callId: call.id, name: call.name, parts, isError: options.isError ?? false }],
  };
}

/** The text of a message or of parts, without reasoning, calls and results. */
export function textOf(source: CanonicalMessage | readonly Part[]): string {
  return partsOf(source)
    .filter((part): part is TextPart => part.type === 'text')
    .map((part) => part.text)
    .join('');
}

/** The reasoning text of a message. */
export function reasoningOf(source: CanonicalMessage | readonly Part[]): string {
  return partsOf(source)
    .map((part) => (part.type === 'reasoning' ? part.text : ''))
    .join('');
}

/** The tool calls of a message, in order. */
export function toolCallsOf(source: CanonicalMessage | readonly Part[]): ToolCallPart[] {
  return partsOf(source).filter((part): part is ToolCallPart => part.type === 'tool_call');
}

/** The tool results of a message, in order. */
export function toolResultsOf(source: CanonicalMessage | readonly Part[]): ToolResultPart[] {
  return partsOf(source).filter((part): part is ToolResultPart => part.type === 'tool_result');
}

const ROLES: ReadonlySet<unknown> = new Set<Role>(['system', 'user', 'assistant', 'tool']);

/** True if a JSON value (from a store, from the bus) is a canonical message of this version. */
export function isCanonicalMessage(value: unknown): value is CanonicalMessage {
  return (
    isJsonObject(value) && ROLES.has(value['role']) && Array.isArray(value['parts']) && value['parts'].every(isPart)
  );
}

function partsOf(source: CanonicalMessage | readonly Part[]): readonly Part[] {
  return 'role' in source ? source.parts : source;
}

function isPart(value: JsonValue | undefined): boolean {
  if (!isJsonObject(value)) return false;
  switch (value['type']) {
    case 'text':
    case 'reasoning':
      return typeof value['text'] === 'string';
    case 'image':
      return (
        typeof value['mediaType'] === 'string' &&
        (typeof value['data'] === 'string') !== (typeof value['url'] === 'string')
      );
    case 'tool_call':
      return typeof value['id'] === 'string' && typeof value['name'] === 'string' && isJsonObject(value['arguments']);
    case 'tool_result':
      return (
        typeof value['callId'] === 'string' &&
        typeof value['name'] === 'string' &&
        typeof value['isError'] === 'boolean' &&
        Array.isArray(value['parts']) &&
        value['parts'].every(
          (part) => isPart(part) && isJsonObject(part) && (part['type'] === 'text' || part['type'] === 'image'),
        )
      );
    default:
      return false;
  }
}
